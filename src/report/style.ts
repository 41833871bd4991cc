/** The style sheet of a report: readable on screen, light or dark as the reader's system is, and on paper. */
export const style = `
:root{color-scheme:light dark;--ink:#1f2328;--soft:#59636e;--line:#d8dee4;--page:#ffffff;--card:#f6f8fa;--accent:#0072b2}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4ae;--line:#343b43;--page:#14171b;--card:#1c2127;--accent:#56b4e9}
figure [stroke="#0072B2"]{stroke:#3d9bd6}figure [fill="#0072B2"]{fill:#3d9bd6}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 Inter,system-ui,-apple-system,"Segoe UI","Helvetica Neue",Arial,sans-serif}
main{max-width:1140px;margin:0 auto;padding:36px 24px 48px}
header p,footer,.note{color:var(--soft)}
h1{margin:0;font-size:26px;line-height:1.25;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{margin:44px 0 14px;font-size:18px;padding-bottom:6px;border-bottom:1px solid var(--line)}
header p{margin:6px 0 0}
header .banner{margin-top:20px;padding:14px 18px;border:2px solid #d55e00;border-radius:10px;color:var(--ink)}
.note{margin:0 0 14px;max-width:72ch}
.headline{display:flex;flex-wrap:wrap;align-items:stretch;gap:12px;margin-top:24px}
.headline>div{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 18px;flex:1 1 120px}
.headline .main{flex:1.6 1 250px;border-left:5px solid var(--accent)}
.headline b{display:block;font-size:22px;font-weight:650;line-height:1.25;font-variant-numeric:tabular-nums;white-space:nowrap}
.headline .main b{font-size:40px}
.headline span{color:var(--soft);font-size:13px}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:18px}
figure{margin:0}
figure svg{display:block;max-width:100%;height:auto;color:var(--ink)}
figure .figure-background{fill:none}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,380px),1fr));gap:0 36px;align-items:start}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
th{font-weight:600;color:var(--soft)}
td.n,th.n{text-align:right;overflow-wrap:normal;white-space:nowrap}
tr.best td{font-weight:650}
tfoot td{font-weight:650;border-bottom:0}
.mistakes{display:grid;grid-template-columns:repeat(auto-fill,minmax(96px,1fr));gap:14px}
.mistakes img{width:100%;aspect-ratio:var(--shape);image-rendering:pixelated;border-radius:6px;background:#000;display:block}
.mistakes figcaption{font-size:13px;line-height:1.35;margin-top:5px}
.mistakes small{color:var(--soft)}
.wrong{color:#d55e00;font-weight:650}
code,pre{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px 14px;overflow-x:auto;margin:0 0 14px}
a{color:var(--accent)}
details summary{cursor:pointer;color:var(--soft);margin:16px 0 8px}
footer{margin-top:48px;padding-top:12px;border-top:1px solid var(--line);font-size:13px}
@media print{:root{--ink:#000;--soft:#444;--line:#bbb;--page:#fff;--card:#fff;--accent:#0072b2;color-scheme:light}body{font-size:11px}main{max-width:none;padding:0}h2{break-after:avoid}figure,.headline>div,tr{break-inside:avoid}.charts{grid-template-columns:1fr 1fr}@page{margin:16mm}}
`;
