package dev.lockkeeper.describe.types;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is wanted of the types of a database.
 *
 * @param npmPackage the name of the packages for npm
 * @param javaPackage the package below which that of each schema is
 */
public record Output(Set<Language> languages, Profile profile, String npmPackage, String javaPackage) {
    /** By which generated files are known. */
    public static final String MARK = Header.MARK;

    public Output {
        languages = Set.copyOf(languages);
    }

    /** All files, ordered by their paths. The same description gives the same bytes. */
    public List<GeneratedFile> files(Described described) {
        List<GeneratedFile> files = new ArrayList<>();
        for (Language language : languages) {
            List<GeneratedFile> written = switch (language) {
                case ZOD -> new ZodWriter(described, profile).files(npmPackage);
                case TYPESCRIPT -> new TypeScriptWriter(described, profile).files(npmPackage);
                case JAVA -> new JavaWriter(described, javaPackage).files();
                case JSON_SCHEMA -> new JsonSchemaWriter(described).files();
            };
            written.forEach(file -> files.add(new GeneratedFile(language.key() + "/" + file.path(), file.text())));
        }
        files.add(new GeneratedFile(Contract.FILE, Contract.of(described).text()));
        files.sort(Comparator.comparing(GeneratedFile::path));
        return files;
    }

    /** Why relations have no type of a row, or none in one of the languages, by their names. */
    public SortedMap<String, String> leftOut(Described described) {
        SortedMap<String, String> reasons = new TreeMap<>();
        described.parts().stream()
                .flatMap(part -> part.entities().stream())
                .filter(entity -> entity.read().isEmpty())
                .forEach(
                        entity -> reasons.put(
                                entity.name().toString(),
                                entity.fields().isEmpty()
                                        ? "it has no columns: its rows are empty, and Java has no record of them"
                                        : "none of its columns may be read: its rows are empty, and Java has no record of them"));
        if (languages.contains(Language.JAVA)) {
            new JavaWriter(described, javaPackage)
                    .tooWide()
                    .forEach(name -> reasons.put(
                            name.toString(),
                            "it has more columns than a record of Java has room for, and none in Java"));
        }
        return reasons;
    }
}
