package dev.lockkeeper.stewardship.volume;

import dev.lockkeeper.problem.Place;
import java.util.Set;
import java.util.function.Function;

/**
 * How the values of a column are made, as a file says it.
 *
 * @param reads the columns whose values it needs
 * @param nulls the share of rows that have none, from 0 to 1
 * @param make gives the maker for the column of the database
 */
record Recipe(Place place, Set<String> reads, double nulls, Function<ColumnShape, Maker> make) {
    Recipe {
        reads = Set.copyOf(reads);
    }

    Maker maker(ColumnShape shape) {
        Maker maker = make.apply(shape);
        return nulls == 0 ? maker : (row, draw) -> draw.unit() < nulls ? null : maker.make(row, draw);
    }
}
