package dev.lockkeeper.rows;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Days and moments, as candidates: those that conditions mention, and the days beside them. */
final class Moments {
    private static final Pattern DAY = Pattern.compile("(\\d{4})-(\\d{2})-(\\d{2})(.*)");

    private Moments() {}

    static List<String> of(Kind kind, Hints hints) {
        List<String> all = new ArrayList<>();
        int n = kind.number();
        if (kind == Kind.EDGE) {
            all.add("1999-12-31 23:59:59.999999+00");
        }
        all.add("2024-02-2" + n + " 12:00:00+00");
        // ends that come soon after their beginnings
        all.add("2024-02-2" + n + " 12:00:01+00");
        all.add("2024-02-2" + n + " 12:05:00+00");
        for (String hint : hints.strings()) {
            Matcher day = DAY.matcher(hint);
            if (day.matches()) {
                all.add(hint);
                beside(all, day, n);
            }
        }
        all.add("2024-03-0" + n + " 00:00:00+00");
        all.add("1970-01-01 00:00:00+00");
        all.add("9999-12-31 00:00:00+00");
        // the first days of a month, of a week, of a year
        all.addAll(List.of("2024-01-01 00:00:00+00", "2024-04-01 00:00:00+00", "2023-12-31 00:00:00+00"));
        all.add("infinity");
        return all;
    }

    /** Those of different days. */
    static List<String> days(Kind kind, Hints hints) {
        return of(kind, hints).stream()
                .map(moment -> moment.replaceFirst("^(\\d{4}-\\d\\d-\\d\\d)[ T].*$", "$1"))
                .distinct()
                .toList();
    }

    private static void beside(List<String> all, Matcher day, int n) {
        try {
            LocalDate date = LocalDate.of(
                    Integer.parseInt(day.group(1)), Integer.parseInt(day.group(2)), Integer.parseInt(day.group(3)));
            all.add(date.plusDays(n) + day.group(4));
            all.add(date.minusDays(n) + day.group(4));
        } catch (DateTimeException e) {
            // it only looks like a day
        }
    }
}
