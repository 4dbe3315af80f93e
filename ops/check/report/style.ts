/** The report's whole look. It loads nothing: the reader's own fonts, and colours for light and dark. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f6f5f8; --surface: #ffffff; --border: #dcd9e2; --text: #1d1a24; --quiet: #5d5868;
  --line: #5b3fd6; --target: #8a5a00;
  --met: #146c3a; --met-back: #e0f3e7; --missed: #b3201c; --missed-back: #fde6e4;
  --unmeasured: #7a4f00; --unmeasured-back: #fdf0d2;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #131118; --surface: #1d1a24; --border: #37323f; --text: #efecf4; --quiet: #aba5b8;
    --line: #a898ff; --target: #e3b35c;
    --met: #7fdca4; --met-back: #14351f; --missed: #ff9d97; --missed-back: #4a1917;
    --unmeasured: #f0c060; --unmeasured-back: #3d2e0d;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1160px; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.25; }
h2 { margin: 2.25rem 0 0.75rem; font-size: 1.15rem; }
.when { margin: 0.25rem 0 1.25rem; color: var(--quiet); }
.summary { margin: 0 0 1.25rem; padding: 0.75rem 1rem; border-radius: 10px; font-weight: 600; }
.card { background: var(--surface); border: 1px solid var(--border); border-radius: 12px; }
table { width: 100%; border-collapse: collapse; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th, td { padding: 0.7rem 0.9rem 0; text-align: left; vertical-align: top; }
tbody { border-top: 1px solid var(--border); }
tbody tr:last-child td, thead th { padding-bottom: 0.7rem; }
thead th { color: var(--quiet); font-size: 0.85rem; font-weight: 600; }
tbody th { font-weight: 600; width: 40%; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.why { padding-top: 0.1rem; color: var(--quiet); font-size: 0.85rem; overflow-wrap: anywhere; }
.missed .why { color: var(--missed); }
.verdict { display: inline-block; padding: 0.05rem 0.6rem; border-radius: 99px; font-size: 0.85rem; font-weight: 600; white-space: nowrap; }
.met-mark { color: var(--met); background: var(--met-back); }
.missed-mark { color: var(--missed); background: var(--missed-back); }
.unmeasured-mark { color: var(--unmeasured); background: var(--unmeasured-back); }
.plots { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); }
figure { margin: 0; padding: 0.9rem 0.9rem 0.5rem; }
figcaption { display: flex; justify-content: space-between; gap: 1rem; font-weight: 600; }
figcaption small { margin-left: 0.4rem; color: var(--quiet); font-weight: 400; }
figcaption .missed-text { color: var(--missed); }
figure svg { display: block; width: 100%; height: auto; font-family: inherit; }
.note { margin: 0 0 0.75rem; color: var(--quiet); }
@media (max-width: 640px) {
  main { padding: 1.25rem 0.75rem 2rem; }
  table { font-size: 0.92rem; }
  th, td { padding-inline: 0.45rem; }
  .verdict { padding-inline: 0.4rem; white-space: normal; border-radius: 10px; }
  .percentile { display: none; }
  tbody th { width: auto; }
}
@media print { body { background: none; } .card { break-inside: avoid; } }
`;
