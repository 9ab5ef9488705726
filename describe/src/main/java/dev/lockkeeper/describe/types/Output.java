package dev.lockkeeper.describe.types;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

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
}
