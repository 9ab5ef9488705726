package dev.lockkeeper.describe.erd;

/** The diamond of a hub with its number. */
final class Mark {
    private static final String DIAMOND = "M7 -1L15 7L7 15L-1 7Z";

    private Mark() {}

    /** At the hub itself, and in the legend. */
    static String hub(int number, int x, int y) {
        return diamond("hub", " on", number, x, y);
    }

    /** At a table that refers to the hub. */
    static String reference(int number, int x, int y) {
        return diamond("ref", "", number, x, y);
    }

    private static String diamond(String style, String digit, int number, int x, int y) {
        return "<path class=\"" + style + "\" transform=\"translate(" + x + " " + y + ")\" d=\"" + DIAMOND
                + "\"/><text class=\"digit" + digit + "\" x=\"" + (x + 7) + "\" y=\"" + (y + 10) + "\">" + number
                + "</text>";
    }
}
