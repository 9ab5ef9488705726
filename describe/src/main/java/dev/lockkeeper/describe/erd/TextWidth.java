package dev.lockkeeper.describe.erd;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Measures text by a table of widths, so that it is as wide on every machine. The widths are those of a broad typeface: what is measured
 * here has room in other sans-serif ones. Safe for several threads.
 */
final class TextWidth {
    private static final int UNKNOWN = 700;

    /** First code points, ascending; with the last ones and both widths at the same index. */
    private final int[] first;

    private final int[] last;
    private final int[] regular;
    private final int[] bold;

    private TextWidth(List<int[]> lines) {
        this.first = lines.stream().mapToInt(line -> line[0]).toArray();
        this.last = lines.stream().mapToInt(line -> line[1]).toArray();
        this.regular = lines.stream().mapToInt(line -> line[2]).toArray();
        this.bold = lines.stream().mapToInt(line -> line[3]).toArray();
    }

    static TextWidth read() {
        try (InputStream in = TextWidth.class.getResourceAsStream("widths.txt")) {
            if (in == null) {
                throw new IllegalStateException("widths.txt is not in this build");
            }
            List<int[]> lines = new ArrayList<>();
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .forEach(line -> {
                        if (!line.startsWith("#")) {
                            String[] words = line.split("[- ]", 4);
                            int from = Integer.parseInt(words[0], 16);
                            lines.add(new int[] {
                                from,
                                words.length == 4 ? Integer.parseInt(words[1], 16) : from,
                                Integer.parseInt(words[words.length - 2]),
                                Integer.parseInt(words[words.length - 1])
                            });
                        }
                    });
            return new TextWidth(lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In pixels, at a size in pixels. */
    double of(String text, int size, boolean strong) {
        long sum = text.codePoints().mapToLong(c -> width(c, strong)).sum();
        return sum * size / 1000.0;
    }

    private int width(int codePoint, boolean strong) {
        int at = Arrays.binarySearch(first, codePoint);
        int line = at >= 0 ? at : -at - 2;
        if (line < 0 || last[line] < codePoint) {
            return UNKNOWN;
        }
        return strong ? bold[line] : regular[line];
    }

    /** The text, or as much of its beginning as has room with an ellipsis. */
    String fit(String text, int size, boolean strong, double room) {
        if (of(text, size, strong) <= room) {
            return text;
        }
        double left = room - of("…", size, strong);
        int end = 0;
        while (end < text.length()) {
            int codePoint = text.codePointAt(end);
            left -= width(codePoint, strong) * size / 1000.0;
            if (left < 0) {
                break;
            }
            end += Character.charCount(codePoint);
        }
        return text.substring(0, end) + "…";
    }
}
