import { onDark } from "../figures/palette.js";

/** The colours of figures on a dark page. */
const darkFigures = Object.entries(onDark)
  .map(([light, dark]) => `figure [stroke="${light}"]{stroke:${dark}}figure [fill="${light}"]{fill:${dark}}`)
  .join("");

/** The style sheet of a report: readable on a phone and on a desk, light or dark as the reader's system is, and on paper. */
export const style = `
:root{color-scheme:light dark;--ink:#1f2328;--soft:#59636e;--line:#d8dee4;--page:#ffffff;--card:#f6f8fa;--accent:#0072b2;--wrong:#bc4c00}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4ae;--line:#343b43;--page:#14171b;--card:#1c2127;--accent:#56b4e9;--wrong:#f58a4b}
${darkFigures}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 Inter,system-ui,-apple-system,"Segoe UI","Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%}
main{max-width:1140px;margin:0 auto;padding:36px 24px 48px}
header p,footer,.note{color:var(--soft)}
h1{margin:0;font-size:26px;line-height:1.25;letter-spacing:-.01em;overflow-wrap:break-word}
h2{margin:40px 0 14px;font-size:18px;padding-bottom:6px;border-bottom:1px solid var(--line)}
header p{margin:6px 0 0}
.note{margin:0 0 14px;max-width:72ch}
header .note{margin-top:14px}
.note.after{margin:10px 0 0;font-size:13px}
header .banner{margin-top:20px;padding:14px 18px;border:1px solid var(--wrong);border-left-width:5px;border-radius:10px;color:var(--ink);overflow-wrap:break-word}
.banner b{display:block;font-size:22px;line-height:1.3;color:var(--wrong)}
.headline{display:flex;flex-wrap:wrap;gap:12px;margin-top:22px}
.headline>div{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 16px;flex:1 1 130px}
.headline .main{flex:2 1 270px;border-left:5px solid var(--accent)}
.headline b{display:block;font-size:21px;font-weight:650;line-height:1.25;font-variant-numeric:tabular-nums;white-space:nowrap}
.headline .main b{font-size:40px}
.headline span{display:block;color:var(--soft);font-size:13px;line-height:1.4}
figure{margin:0}
figure svg{display:block;max-width:100%;height:auto;color:var(--ink)}
figure.scroll svg{max-width:none}
figure .figure-background{fill:none}
.narrow{display:none}.narrow svg{width:100%;max-width:440px}
.charts{display:grid;grid-template-columns:repeat(6,minmax(0,1fr));gap:18px}
.of-1{grid-column:span 6}.of-2{grid-column:span 3}.of-3{grid-column:span 2}
.columns{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1.1fr);gap:0 40px;align-items:start}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid var(--line);vertical-align:top}
td:last-child,th:last-child{padding-right:0}
th{font-weight:600;color:var(--soft)}
td.n,th.n{text-align:right;white-space:nowrap}
.settings th{white-space:nowrap}
.settings td{overflow-wrap:anywhere}
tr.best td{font-weight:650}
tfoot td{font-weight:650;border-bottom:0}
.mistakes{display:grid;grid-template-columns:repeat(auto-fill,minmax(92px,1fr));gap:14px}
.mistakes img{width:100%;aspect-ratio:var(--shape);image-rendering:pixelated;border-radius:6px;background:#000;display:block}
.mistakes figcaption{font-size:13px;line-height:1.35;margin-top:5px;overflow-wrap:break-word}
.mistakes small{color:var(--soft)}
.planes{display:grid;grid-template-columns:repeat(auto-fill,minmax(48px,1fr));gap:6px}
.planes img,.answer figure img,.strip img{width:100%;aspect-ratio:var(--shape);image-rendering:pixelated;border-radius:4px;display:block}
.answer{display:grid;grid-template-columns:96px 96px repeat(auto-fit,minmax(220px,1fr));gap:14px;margin-bottom:18px;align-items:start}
.answers.plain{display:flex;flex-wrap:wrap;gap:0 28px}
.answers.plain .answer{grid-template-columns:96px 96px}
.answer figcaption,.strip figcaption{font-size:13px;line-height:1.35;margin-top:4px}
.answer small,.strip small{color:var(--soft)}
.maps small{display:block;margin-bottom:4px}
.strip{display:grid;grid-template-columns:repeat(auto-fill,minmax(72px,96px));gap:10px;margin-bottom:12px}
.pair{width:36px;aspect-ratio:var(--shape);image-rendering:pixelated;border-radius:3px;display:block}
.wrong{color:var(--wrong);font-weight:650}
code,pre{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px 14px;overflow-x:auto;margin:0 0 14px}
a{color:var(--accent)}
details summary{cursor:pointer;color:var(--soft);margin:16px 0 8px}
footer{margin-top:48px;padding-top:12px;border-top:1px solid var(--line);font-size:13px}
@media screen and (max-width:1100px){.wide{display:none}.narrow{display:block}.charts{grid-template-columns:repeat(auto-fit,minmax(min(100%,330px),1fr))}.charts>div{grid-column:auto}}
@media screen and (max-width:820px){.columns{grid-template-columns:minmax(0,1fr)}}
@media screen and (max-width:640px){main{padding:24px 16px 36px}h1{font-size:22px}h2{margin-top:32px}.headline{gap:10px}.headline>div{padding:11px 14px;flex:1 1 calc(50% - 10px)}.headline .main{flex-basis:100%}.headline .main b{font-size:34px}.headline b{font-size:19px}.wide-only{display:none}th,td{padding-right:10px}}
@media print{:root{--ink:#000;--soft:#444;--line:#bbb;--page:#fff;--card:#fff;--accent:#0072b2;color-scheme:light}body{font-size:11px}main{max-width:none;padding:0}h2{break-after:avoid}figure,.headline>div,tr{break-inside:avoid}.charts{grid-template-columns:1fr 1fr}.charts>div{grid-column:auto}@page{margin:16mm}}
`;
