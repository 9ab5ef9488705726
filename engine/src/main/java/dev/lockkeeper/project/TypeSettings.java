package dev.lockkeeper.project;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a project says of the types that are generated for programs.
 *
 * @param folder where they are kept
 * @param targets in which languages, such as {@code zod}
 * @param profile how values travel to JavaScript, such as {@code json}
 * @param npmPackage the name of their packages for npm
 * @param javaPackage the package below which each schema has its own
 * @param exclude schemas that they do not tell of
 * @param roles whose grants decide what is told; empty for everything
 */
public record TypeSettings(
        Path folder,
        List<String> targets,
        String profile,
        String npmPackage,
        String javaPackage,
        Set<String> exclude,
        List<String> roles) {
    /** The languages that there are. */
    public static final List<String> TARGETS = List.of("zod", "typescript", "java", "json-schema");
    /** The ways that there are for values to travel. */
    public static final List<String> PROFILES = List.of("json", "node-postgres", "postgres.js");

    public TypeSettings {
        targets = List.copyOf(targets);
        exclude = Set.copyOf(exclude);
        roles = List.copyOf(roles);
    }

    /** What is taken where a project says nothing. */
    public static TypeSettings of(Path folder, String project) {
        String plain =
                project.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        String name = plain.isEmpty() ? "project" : plain;
        return new TypeSettings(
                folder.resolve("types"),
                TARGETS,
                "json",
                name + "-types",
                name.replaceAll("^(?=[0-9])", "p").replace('-', '.').replaceAll("\\.(?=[0-9])", ".p"),
                Set.of(),
                List.of());
    }

    /** Whether a text names a package of Java. */
    public static boolean isJavaPackage(String name) {
        return name.matches("[a-z_][a-z0-9_]*(\\.[a-z_][a-z0-9_]*)*");
    }

    /** Whether a text names a package of npm. */
    public static boolean isNpmPackage(String name) {
        return name.length() <= 214 && name.matches("(@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~-][a-z0-9._~-]*");
    }
}
