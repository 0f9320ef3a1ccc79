namespace Recsys.Server.Evaluation;

/// <summary>The style sheet of a report, for light and dark. Colours are those of Okabe and Ito (2008), which colour-blind people tell apart. Must not hold the
/// characters that XML escapes: in HTML a style sheet is read as it stands.</summary>
internal static class ReportStyle
{
    public const string Css = """

        :root { color-scheme: light dark; --page: #ffffff; --ink: #1b1f24; --soft: #57606a; --rule: #d0d7de; --stripe: #f6f8fa; --bar: #0072b2;
          --c0: #0072b2; --c1: #d55e00; --c2: #009e73; --c3: #cc79a7; --c4: #8a6d00; --c5: #3a8fc4; --c6: #444444; }
        @media (prefers-color-scheme: dark) { :root { --page: #14171b; --ink: #e6e9ec; --soft: #a0a9b3; --rule: #3a424b; --stripe: #1c2026; --bar: #56b4e9;
          --c0: #56b4e9; --c1: #ff8c3a; --c2: #2ccfa0; --c3: #e8a5c8; --c4: #f0e442; --c5: #7fa8ff; --c6: #c8c8c8; } }
        body { margin: 0 auto; padding: 1.5rem; max-width: 88rem; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
        h1 { font-size: 1.6rem; margin: 0 0 .4rem; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .4rem; } h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
        p, li { max-width: 60rem; } p { margin: .3rem 0 .7rem; } .soft { color: var(--soft); }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; } th, td { padding: .25rem .55rem; text-align: right; white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; } thead th { border-bottom: 2px solid var(--rule); vertical-align: bottom; font-weight: 600; }
        tbody th { font-weight: 400; } tbody tr:nth-child(odd) { background: var(--stripe); } td.best { font-weight: 700; }
        td.drawn, th.drawn { padding: 0 .2rem; } table svg { max-width: none; } .range { display: block; color: var(--soft); font-size: 12px; line-height: 1.1; }
        .charts { display: flex; flex-wrap: wrap; gap: .8rem 1.6rem; } figure { margin: .6rem 0; } figcaption { margin-bottom: .3rem; }
        svg { display: block; max-width: 100%; } svg text { font: 12px system-ui, sans-serif; fill: var(--ink); } svg .tick { fill: var(--soft); font-size: 11px; }
        svg .best { font-weight: 700; } .bar { fill: var(--bar); } .axis { stroke: var(--soft); stroke-width: 1; } .grid { stroke: var(--rule); stroke-width: 1; }
        .zero { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 3 3; } .whisker { stroke: var(--bar); stroke-width: 2; }
        .sure { fill: var(--bar); stroke: var(--bar); stroke-width: 2; } .unsure { fill: var(--page); stroke: var(--bar); stroke-width: 2; }
        .curve { fill: none; stroke-width: 2; } .c0 { stroke: var(--c0); } .c1 { stroke: var(--c1); stroke-dasharray: 7 4; }
        .c2 { stroke: var(--c2); stroke-dasharray: 2 3; } .c3 { stroke: var(--c3); stroke-dasharray: 9 3 2 3; } .c4 { stroke: var(--c4); stroke-dasharray: 12 4; }
        .c5 { stroke: var(--c5); stroke-dasharray: 4 2; } .c6 { stroke: var(--c6); stroke-dasharray: 1 4; }
        .p0 { fill: var(--c0); } .p1 { fill: var(--c1); } .p2 { fill: var(--c2); } .p3 { fill: var(--c3); } .p4 { fill: var(--c4); } .p5 { fill: var(--c5); }
        .p6 { fill: var(--c6); }

        """;
}
