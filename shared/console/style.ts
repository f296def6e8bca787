/** One style for every page: made for a phone in the dark; no fonts, images or scripts to fetch. */
export const STYLE = `
:root { color-scheme: dark light; --back: #111418; --card: #1b2027; --ink: #e8ebee; --dim: #a9b3bd; --line: #38414b; --act: #2e7d46; --act-ink: #fff; --crit: #ff8a80; --warn: #ffcc66; --ok: #8fd19e; --link: #9ecbff; }
@media (prefers-color-scheme: light) { :root { --back: #f6f7f8; --card: #fff; --ink: #16191d; --dim: #4c5661; --line: #c9d0d7; --act: #1f6b39; --crit: #a61b0f; --warn: #7a5200; --ok: #1f6b39; --link: #0b4f9e; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
main { max-width: 46rem; margin: 0 auto; padding: 0.75rem 0.75rem 7rem; }
a { color: var(--link); }
h1 { font-size: 1.35rem; line-height: 1.25; margin: 0.25rem 0 0.5rem; }
h2 { font-size: 1.1rem; margin: 1.25rem 0 0.4rem; }
h3 { font-size: 1rem; margin: 1rem 0 0.25rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 0.6rem; padding: 0.75rem; margin: 0.75rem 0; }
.first { border-left: 0.3rem solid var(--act); }
.first h2 { margin-top: 0; }
.suspect { border-left: 0.3rem solid var(--warn); }
.suspect p { margin: 0.15rem 0; }
.dim { color: var(--dim); }
.badge { display: inline-block; padding: 0 0.5rem; border-radius: 0.5rem; border: 1px solid currentColor; font-weight: 600; }
.critical, .error { color: var(--crit); }
.warning { color: var(--warn); }
.info, .resolved, .acknowledged { color: var(--ok); }
pre { background: var(--back); border: 1px solid var(--line); border-radius: 0.4rem; padding: 0.6rem; white-space: pre-wrap; overflow-wrap: anywhere; }
code { font: 0.9em ui-monospace, monospace; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.5rem; border-bottom: 1px solid var(--line); }
ul.plain { list-style: none; padding: 0; margin: 0; }
.bar { position: fixed; left: 0; right: 0; bottom: 0; background: var(--card); border-top: 1px solid var(--line); padding: 0.6rem 0.75rem calc(0.6rem + env(safe-area-inset-bottom)); }
.bar form { max-width: 46rem; margin: 0 auto; display: flex; gap: 0.5rem; }
button { font: inherit; font-weight: 600; min-height: 3rem; padding: 0 1rem; border-radius: 0.5rem; border: 1px solid var(--line); background: var(--back); color: var(--ink); cursor: pointer; }
button.act { flex: 1; background: var(--act); border-color: var(--act); color: var(--act-ink); font-size: 1.1rem; }
button:focus-visible, a:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
select { font: inherit; min-height: 3rem; width: 100%; padding: 0 0.6rem; border-radius: 0.5rem; border: 1px solid var(--line); background: var(--back); color: var(--ink); }
summary { min-height: 2.75rem; display: flex; align-items: center; cursor: pointer; font-weight: 600; }
.more { display: grid; gap: 0.3rem; padding: 0.5rem 0; border-top: 1px solid var(--line); }
input { font: inherit; min-height: 3rem; width: 100%; padding: 0 0.6rem; border-radius: 0.5rem; border: 1px solid var(--line); background: var(--back); color: var(--ink); }
input[type=checkbox] { width: 1.5rem; min-height: 1.5rem; vertical-align: middle; }
label { display: block; margin: 0.5rem 0; }
`;
