package dev.lockkeeper.report;

/** How pages look: on light and dark screens and on paper, with what every machine has. */
public final class Look {
    public static final String CSS = """
            :root { color-scheme: light dark; --ink: #1b2733; --paper: #ffffff; --faint: #5b6b7a; --line: #d5dde5; --good: #10663b; --bad: #9b2c16; --soft: #f3f6f9; }
            @media (prefers-color-scheme: dark) {
              :root { --ink: #e3e9ef; --paper: #12181f; --faint: #9aa8b5; --line: #2f3b47; --good: #6fd19d; --bad: #ff9c85; --soft: #1a222b; }
            }
            * { box-sizing: border-box; }
            body { margin: 0 auto; max-width: 64rem; padding: 2rem 1.25rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
            h1 { margin: 0; font-size: 1.8rem; line-height: 1.2; overflow-wrap: anywhere; }
            h2 { margin: 2.25rem 0 0.5rem; font-size: 1.15rem; }
            .kind, footer, small, caption { color: var(--faint); }
            .kind { margin: 0; font-size: 0.85rem; }
            .verdict { margin: 1rem 0; padding: 0.75rem 1rem; border-left: 0.3rem solid; background: var(--soft); font-weight: 600; }
            .holds { color: var(--good); }
            .lacking, .unfit { color: var(--bad); }
            .mark { white-space: nowrap; font-weight: 600; }
            table { width: 100%; border-collapse: collapse; margin: 0.5rem 0; }
            th, td { padding: 0.45rem 0.6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere; }
            thead th, caption { font-size: 0.85rem; font-weight: 600; text-align: left; }
            th[scope="row"] { font-weight: 600; }
            .facts th { width: 9rem; }
            .steps th[scope="row"] { width: 20%; }
            .steps td:last-child { width: 28%; }
            .statement { margin: 0.4rem 0 0; }
            ul { margin: 0.15rem 0 0; padding-left: 1.2rem; }
            code, .digest { font: 0.85rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
            footer { margin-top: 2.5rem; border-top: 1px solid var(--line); font-size: 0.85rem; }
            @media print {
              :root { --ink: #000000; --paper: #ffffff; --faint: #444444; --line: #aaaaaa; --good: #000000; --bad: #000000; --soft: #ffffff; }
              body { max-width: none; padding: 0; font-size: 9.5pt; }
              tr, .statement { break-inside: avoid; }
              h2 { break-after: avoid; }
            }
            """;

    private Look() {}
}
