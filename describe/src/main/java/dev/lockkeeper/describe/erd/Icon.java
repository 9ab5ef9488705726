package dev.lockkeeper.describe.erd;

/** A small picture of twelve by twelve pixels, drawn as a path: fonts lack the characters for them. */
enum Icon {
    KEY("icon key", "M6 6.5a2.4 2.4 0 1 0-4.8 0 2.4 2.4 0 1 0 4.8 0zM6 6.5h5.5M9 6.5v2M11.5 6.5v2.4"),
    FOREIGN("icon", "M1.5 6h8.5M7 3l3.2 3-3.2 3"),
    UNIQUE("icon", "M3.2 2v4.6a2.8 2.8 0 0 0 5.6 0V2"),
    PARTITIONS("icon ink", "M1 2.2h10v7.6H1zM1 4.8h10M1 7.3h10"),
    SHIELD("icon ink", "M6 .9l4.4 1.6v3c0 2.8-1.8 4.7-4.4 5.7-2.6-1-4.4-2.9-4.4-5.7v-3zM4 6l1.5 1.6L8.2 4.5");

    private final String style;
    private final String path;

    Icon(String style, String path) {
        this.style = style;
        this.path = path;
    }

    /** At the corner that is named. */
    String at(int x, int y) {
        return "<path class=\"" + style + "\" transform=\"translate(" + x + " " + y + ")\" d=\"" + path + "\"/>";
    }
}
