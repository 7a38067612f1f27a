// How the audit page looks: light and dark by the reader's choice, on paper with its colours.

export const AUDIT_STYLE = `
:root {
  color-scheme: light dark;
  --text: #1c2128; --soft: #59636e; --page: #ffffff; --panel: #f6f8fa; --line: #d1d9e0;
  --link: #0550ae; --bad: #b3261e; --bad-page: #fdecea; --good: #1a7f37;
  --fill: 62% 84%; --edge: 45% 52%;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e6edf3; --soft: #9da7b1; --page: #0d1117; --panel: #161b22; --line: #3d444d;
    --link: #79b8ff; --bad: #ff8a80; --bad-page: #3a1614; --good: #56d364;
    --fill: 38% 30%; --edge: 42% 58%;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 78rem; padding: 1.5rem; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif;
}
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .8rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 1.6rem 0 .5rem; }
h2, h3, summary { break-after: avoid; }
a { color: var(--link); }
code { font: 13px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.verdict { font-weight: 600; margin: .2rem 0 0; color: var(--good); }
.verdict.bad { color: var(--bad); }
.drift {
  margin: 1rem 0; padding: .7rem 1rem .7rem 2rem; border-left: 5px solid var(--bad);
  background: var(--bad-page); overflow-wrap: anywhere;
}
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .8rem; }
.card {
  border: 1px solid var(--line); border-left: 8px solid hsl(var(--hue) var(--edge));
  background: var(--panel); border-radius: 6px; padding: .6rem .9rem; break-inside: avoid;
}
.card.none { border-left-color: var(--line); }
.card.bad { border-color: var(--bad); border-left-width: 8px; }
.card b { display: block; font-size: 1.35rem; line-height: 1.3; overflow-wrap: anywhere; }
.card p { margin: .15rem 0; }
.warn { color: var(--bad); font-weight: 600; overflow-wrap: anywhere; }
.chart { break-inside: avoid; }
.lane { display: grid; grid-template-columns: 8rem 1fr; gap: .8rem; align-items: center; }
.lane + .lane { margin-top: 6px; }
.lane > span {
  text-align: right; font-weight: 600; line-height: 1.2; max-height: 2.4em; overflow: hidden; overflow-wrap: anywhere;
}
.track {
  position: relative; height: 34px; background: var(--panel); border: 1px solid var(--line);
  border-radius: 4px; overflow: hidden;
}
.stay {
  position: absolute; top: 0; bottom: 0; min-width: 2px; padding: 0 5px; overflow: hidden;
  white-space: nowrap; font-size: 13px; line-height: 32px;
  background: hsl(var(--hue) var(--fill)); border-left: 2px solid hsl(var(--hue) var(--edge));
}
.stay:empty { padding: 0; }
.stay.now { font-weight: 700; }
.elsewhere {
  position: absolute; right: 0; top: 0; bottom: 0; width: 18px;
  background: repeating-linear-gradient(45deg, var(--bad) 0 5px, var(--page) 5px 9px);
}
.axis { position: relative; height: 1.4rem; margin-left: 8.8rem; font-size: 12px; }
.axis span { position: absolute; transform: translateX(-50%); white-space: nowrap; }
.axis span:first-child { transform: none; }
.axis span:last-child { transform: translateX(-100%); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; }
th { border-bottom: 2px solid var(--line); white-space: nowrap; }
td { border-bottom: 1px solid var(--line); }
time, td:first-child, td code { white-space: nowrap; }
tr { break-inside: avoid; }
.dot {
  display: inline-block; width: .7em; height: .7em; margin-right: .45em; border-radius: 50%;
  background: hsl(var(--hue) var(--edge));
}
summary { cursor: pointer; font-weight: 600; margin: 1rem 0 .4rem; }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: .6rem; }
@media (max-width: 40rem) {
  .lane { grid-template-columns: 1fr; gap: 0; } .lane > span { text-align: left; }
  .axis { margin-left: 0; } .axis span:nth-child(2), .axis span:nth-child(4), .axis span:nth-child(5) { display: none; }
}
@media print {
  :root {
    color-scheme: light; --text: #000; --soft: #444; --page: #fff; --panel: #fff; --line: #bbb;
    --link: #000; --bad: #b3261e; --bad-page: #fff; --fill: 62% 84%; --edge: 45% 45%;
  }
  @page { size: landscape; margin: 12mm; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { max-width: none; padding: 0; font-size: 12px; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`
