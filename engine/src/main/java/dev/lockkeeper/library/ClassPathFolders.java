package dev.lockkeeper.library;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Root;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.nio.file.FileSystem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;

/**
 * Finds a folder of the class path in every root that has it: folders, archives, archives in archives.
 *
 * <p>A class loader tells of a folder in an archive only where the archive has an entry for the folder itself, which many
 * lack. So the archives that the class loader shows by their manifests are looked through as well.
 */
final class ClassPathFolders {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    private final Location.OfClassPath location;
    private final ClassLoader loader;
    private final List<FileSystem> archives = new ArrayList<>();

    private ClassPathFolders(Location.OfClassPath location, ClassLoader loader) {
        this.location = location;
        this.loader = loader;
    }

    /** @throws dev.lockkeeper.problem.LockkeeperException {@code file-unreadable} when there is none, or one cannot be read */
    static Opened open(Location.OfClassPath location, ClassLoader loader) {
        ClassPathFolders folders = new ClassPathFolders(location, loader);
        boolean done = false;
        try {
            Opened opened = new Opened(folders.roots(), folders.archives);
            done = true;
            return opened;
        } finally {
            if (!done) {
                Opened.close(folders.archives);
            }
        }
    }

    private List<Root> roots() {
        // the same folder may be on the class path twice, under one name or under two
        Map<String, Root> roots = new LinkedHashMap<>();
        for (String container : containers()) {
            ClassPathRoot found = ClassPathRoot.of(location, container, archives);
            roots.putIfAbsent(found.origin(), new Root(found.folder(), location.toString(), found.origin()));
        }
        if (roots.isEmpty()) {
            throw unreadable("the class path has no folder " + location.folder())
                    .because("it was looked for in " + loader)
                    .help(
                            "check the name, and that its files are in the application; classLoader(...) names another class"
                                    + " loader. An archive without a manifest must have an entry for the folder")
                    .asException();
        }
        return List.copyOf(roots.values());
    }

    /** The addresses of the roots that have the folder, each ending with a slash, in the order of the class path. */
    private Set<String> containers() {
        Set<String> containers = new LinkedHashSet<>();
        int depth = location.folder().split("/").length;
        try {
            for (URL folder : Collections.list(loader.getResources(location.folder()))) {
                containers.add(above(folder, depth));
            }
            Set<String> others = new LinkedHashSet<>();
            for (URL manifest : Collections.list(loader.getResources(MANIFEST))) {
                others.add(above(manifest, 2));
            }
            for (ClassLoader at = loader; at != null; at = at.getParent()) {
                if (at instanceof URLClassLoader named) {
                    for (URL url : named.getURLs()) {
                        others.add(url.toString().endsWith("/") ? url.toString() : "jar:" + url + "!/");
                    }
                }
            }
            others.removeAll(containers);
            for (String other : others) {
                if (other.startsWith("jar:") && holds(other)) {
                    containers.add(other);
                }
            }
        } catch (IOException e) {
            throw unreadable("the class path cannot be searched: " + e.getMessage())
                    .asException(e);
        }
        return containers;
    }

    /** A resource's address without its last names; the rest is written as the class loader writes it. */
    private static String above(URL resource, int names) {
        String address = resource.toString();
        int end = address.endsWith("/") ? address.length() - 1 : address.length();
        for (int i = 0; i < names; i++) {
            end = address.lastIndexOf('/', end - 1);
        }
        return address.substring(0, end + 1);
    }

    /** Whether an archive has files in the folder; what is not an archive has none. */
    private boolean holds(String container) {
        try {
            URLConnection connection = new URL(container).openConnection();
            if (!(connection instanceof JarURLConnection archive)) {
                return false;
            }
            // one that is shared would stay open, or be closed for others
            archive.setUseCaches(false);
            try (JarFile open = archive.getJarFile()) {
                return open.stream().anyMatch(entry -> entry.getName().startsWith(location.folder() + "/"));
            }
        } catch (IOException notThere) {
            // a class path may name archives that do not exist
            return false;
        }
    }

    private Problem unreadable(String message) {
        return Problem.of(Code.FILE_UNREADABLE, message).at(Place.of(location.toString()));
    }
}
