"""Prints as JSON what TensorBoard reads of a folder of event files: python tensor_board.py FOLDER"""

import glob
import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
from tensorboard.plugins.hparams import metadata

folder = sys.argv[1]
events = EventAccumulator(folder, size_guidance={"scalars": 0, "histograms": 0, "images": 0, "tensors": 0})
events.Reload()
tags = events.Tags()



data = {tag: events.summary_metadata[tag].plugin_data.content for tag in events.summary_metadata if tag.startswith("_hparams_")}
start = metadata.parse_session_start_info_plugin_data(data["_hparams_/session_start_info"])
end = metadata.parse_session_end_info_plugin_data(data["_hparams_/session_end_info"])
images = {tag: events.Images(tag)[0] for tag in tags["images"]}
print(json.dumps({
    "records": sum(1 for path in glob.glob(folder + "/events*") for _ in RawEventFileLoader(path).Load()),
    "scalars": {tag: [[s.step, s.value] for s in events.Scalars(tag)] for tag in tags["scalars"]},
    "histograms": {
        tag: [[h.step, h.histogram_value.num, h.histogram_value.sum, h.histogram_value.min, h.histogram_value.max, sum(h.histogram_value.bucket)] for h in events.Histograms(tag)]
        for tag in tags["histograms"]
    },
    "images": {tag: [i.step, i.width, i.height, i.encoded_image_string[:8].hex()] for tag, i in images.items()},
    "hparams": {name: value.number_value if value.HasField("number_value") else value.bool_value if value.HasField("bool_value") else value.string_value for name, value in start.hparams.items()},
    "status": end.status,
}))
