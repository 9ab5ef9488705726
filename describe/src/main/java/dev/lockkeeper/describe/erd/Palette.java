package dev.lockkeeper.describe.erd;

import java.util.List;

/**
 * The colors of a picture, in light and in dark. Text has a contrast of 4.5 to what it stands on, lines and icons 3 (WCAG 2.2, 1.4.3 and
 * 1.4.11). No meaning hangs on a color alone.
 */
record Palette(
        String paper,
        String ink,
        String muted,
        String box,
        String edge,
        String line,
        String key,
        String accent,
        String onAccent,
        List<Tint> tints) {
    /**
     * The colors of a schema.
     *
     * @param frame behind its tables
     * @param head of its tables
     */
    record Tint(String frame, String head) {}

    Palette {
        tints = List.copyOf(tints);
    }

    static Palette light() {
        return new Palette(
                "#ffffff",
                "#1b2330",
                "#566070",
                "#ffffff",
                "#76818f",
                "#566273",
                "#8a5a00",
                "#0b5cc4",
                "#ffffff",
                List.of(
                        new Tint("#eef4fc", "#cfe1f7"),
                        new Tint("#edf7f0", "#c9e9d3"),
                        new Tint("#fcf5e3", "#f5e1ad"),
                        new Tint("#f5f0fc", "#e0d3f5"),
                        new Tint("#e9f7f7", "#bfe6e6"),
                        new Tint("#fcf0f2", "#f6d2d9"),
                        new Tint("#f2f4f7", "#d7dfe8"),
                        new Tint("#f5f8e6", "#dfe8b4")));
    }

    static Palette dark() {
        return new Palette(
                "#0d1117",
                "#e8edf4",
                "#a7b2c0",
                "#171d26",
                "#6f7c8d",
                "#97a4b5",
                "#e6b84a",
                "#7ab7ff",
                "#0d1117",
                List.of(
                        new Tint("#111b29", "#1f3d63"),
                        new Tint("#10201a", "#1c4d36"),
                        new Tint("#231c0d", "#584413"),
                        new Tint("#1b1729", "#44336f"),
                        new Tint("#0e2021", "#164c4d"),
                        new Tint("#25151a", "#612a3a"),
                        new Tint("#181d24", "#3a4655"),
                        new Tint("#1c2010", "#48501b")));
    }
}
