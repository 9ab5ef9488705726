package dev.lockkeeper.describe.page;

/**
 * Where a link leads to.
 *
 * @param page the path of the page, such as {@code sales/order.md}
 * @param anchor a place on it; empty for its top
 */
public record Target(String page, String anchor) {
    /** The top of a page. */
    public static Target of(String page) {
        return new Target(page, "");
    }

    /** As a page refers to it; folders are parted by slashes on every system. */
    String from(String other) {
        String[] here = other.split("/", -1);
        String[] there = page.split("/", -1);
        int same = 0;
        while (same < here.length - 1 && same < there.length - 1 && here[same].equals(there[same])) {
            same++;
        }
        StringBuilder way = new StringBuilder();
        if (!page.equals(other) || anchor.isEmpty()) {
            way.append("../".repeat(here.length - 1 - same));
            for (int i = same; i < there.length; i++) {
                way.append(there[i]).append(i < there.length - 1 ? "/" : "");
            }
        }
        return anchor.isEmpty() ? way.toString() : way + "#" + anchor;
    }
}
