package dev.lockkeeper.describe.types;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far the checks of a database are translated.
 *
 * @param relations how many tables and views are told of
 * @param translated how many checks are conditions
 * @param untranslated the others, each by the name of its table or domain and its own
 */
public record Translation(int relations, int translated, SortedMap<String, Described.Untranslated> untranslated) {
    public Translation {
        untranslated = new TreeMap<>(untranslated);
    }

    public static Translation of(Described described) {
        int relations = 0;
        int translated = 0;
        SortedMap<String, Described.Untranslated> untranslated = new TreeMap<>();
        for (Described.Part part : described.parts()) {
            for (Described.Domain domain : part.domains()) {
                translated += domain.rules().size();
                domain.untranslated().forEach(one -> untranslated.put(domain.name() + "." + one.name(), one));
            }
            for (Described.Entity entity : part.entities()) {
                relations++;
                translated += entity.rules().size();
                entity.untranslated().forEach(one -> untranslated.put(entity.name() + "." + one.name(), one));
            }
        }
        return new Translation(relations, translated, untranslated);
    }

    /** How many there are in all. */
    public int checks() {
        return translated + untranslated.size();
    }
}
