package dev.lockkeeper.differential;

import dev.lockkeeper.differential.Fragment.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Makes awkward cases of pieces: each piece by itself, what each leaves to the next script, and seeded mixtures. */
final class Generator {
    private static final List<String> AFTERWARDS = List.of(
            "settings",
            "texts",
            "tables",
            "lastval",
            "triggers-fire",
            "foreign-key-holds",
            "prepares-again",
            "declares-again",
            "items-of-the-path");

    private final List<Fragment> fragments;
    private final Random random;
    private final int version;
    private final List<AwkwardCase> cases = new ArrayList<>();

    private Generator(int version, long seed) {
        this.fragments = Fragment.all().stream().filter(f -> f.runsOn(version)).toList();
        this.random = new Random(seed);
        this.version = version;
    }

    static List<AwkwardCase> cases(int version, long seed, int mixtures) {
        Generator generator = new Generator(version, seed);
        generator.pieces();
        generator.leftovers();
        generator.places();
        generator.preludes();
        generator.mixtures(mixtures);
        return List.copyOf(generator.cases);
    }

    /** Each piece alone, and a look at the session that comes after it. */
    private void pieces() {
        for (Fragment fragment : fragments) {
            if (fragment.kind() != Kind.PROBE && fragment.kind() != Kind.LEAVE && fragment.kind() != Kind.PRELUDE) {
                add(
                        "piece " + fragment.name(),
                        login(fragment),
                        place(fragment),
                        List.of(fragment),
                        probes("settings", "texts"));
            }
        }
    }

    /** What a script leaves in its session, looked at by the next, which does as the first did. */
    private void leftovers() {
        for (Fragment fragment : of(f -> f.kind() == Kind.LEAVE)) {
            List<Fragment> first = new ArrayList<>(List.of(fragment));
            first.addAll(probes("texts"));
            List<Fragment> third = new ArrayList<>(List.of(fragment));
            third.addAll(probes("settings"));
            add(
                    "leftover " + fragment.name(),
                    login(fragment),
                    place(fragment),
                    first,
                    probes(AFTERWARDS.toArray(String[]::new)),
                    third);
        }
        add(
                "leftover customs",
                Login.SUPERUSER,
                Place.PLAIN,
                List.of(named("leaves-custom"), named("leaves-custom-locally")),
                probes("customs-never-set"));
    }

    private void places() {
        for (Place place : Place.values()) {
            for (Login login : List.of(cases.size() % 2 == 0 ? Login.SUPERUSER : Login.DEPLOY)) {
                add(
                        "place " + place + " as " + login,
                        login,
                        place,
                        join(probes("settings", "texts", "tables"), List.of(any(Kind.ACT, login, false))),
                        join(
                                probes("texts", "triggers-fire"),
                                List.of(any(Kind.OUTSIDE, login, true)),
                                probes("settings")));
            }
        }
        for (Login login : List.of(Login.OWNER_BY_SETTING, Login.NO_INHERIT)) {
            for (int i = 0; i < 6; i++) {
                add(
                        "login " + login + " " + i,
                        login,
                        Place.PLAIN,
                        join(probes("settings", "tables"), List.of(any(Kind.ACT, login, false))),
                        join(List.of(any(Kind.OUTSIDE, login, true)), probes("tables", "settings")));
            }
        }
    }

    /** A setting, and what runs under it, in a transaction and outside of one. */
    private void preludes() {
        for (Fragment prelude : of(f -> f.kind() == Kind.PRELUDE)) {
            Login login = login(prelude);
            add(
                    "prelude " + prelude.name(),
                    login,
                    Place.PLAIN,
                    join(List.of(prelude), probes("settings", "texts", "tables", "triggers-fire")),
                    join(List.of(prelude, any(Kind.OUTSIDE, login, true)), probes("settings", "texts", "tables")),
                    probes("settings", "tables"));
        }
    }

    private void mixtures(int count) {
        for (int i = 0; i < count; i++) {
            Login login = random.nextInt(3) == 0
                    ? List.of(Login.DEPLOY, Login.OWNER_BY_SETTING, Login.NO_INHERIT)
                            .get(random.nextInt(3))
                    : Login.SUPERUSER;
            List<Place> places = Place.all();
            Place place = random.nextInt(2) == 0 ? Place.PLAIN : places.get(random.nextInt(places.size()));
            List<List<Fragment>> scripts = new ArrayList<>();
            for (int script = 0; script < 2 + random.nextInt(2); script++) {
                List<Fragment> text = new ArrayList<>(probes(script == 0 ? "texts" : "settings"));
                text.add(any(Kind.PRELUDE, login, false));
                boolean outside = random.nextInt(3) == 0;
                for (int piece = 0; piece < 1 + random.nextInt(3); piece++) {
                    text.add(any(outside && piece == 1 ? Kind.OUTSIDE : Kind.ACT, login, outside));
                }
                text.add(any(Kind.LEAVE, login, outside));
                text.addAll(probes("tables"));
                scripts.add(text);
            }
            add("mixture " + i, login, place, scripts);
        }
    }

    private void add(String title, Login login, Place place, List<List<Fragment>> scripts) {
        cases.add(new AwkwardCase(title, login, place, scripts));
    }

    @SafeVarargs
    private final void add(String title, Login login, Place place, List<Fragment>... scripts) {
        List<List<Fragment>> all = new ArrayList<>();
        for (List<Fragment> script : scripts) {
            all.add(script);
        }
        add(title, login, place, all);
    }

    private Fragment any(Kind kind, Login login, boolean outside) {
        List<Fragment> fit = of(f -> f.kind() == kind
                && !f.is("alone")
                && !f.is("own")
                && (login == Login.SUPERUSER || !f.is("superuser"))
                && (outside || !f.isOutside()));
        return fit.get(random.nextInt(fit.size()));
    }

    private List<Fragment> of(Predicate<Fragment> predicate) {
        return fragments.stream().filter(predicate).toList();
    }

    private List<Fragment> probes(String... names) {
        return Stream.of(names).map(this::named).toList();
    }

    private Fragment named(String name) {
        return fragments.stream()
                .filter(f -> f.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " on " + version));
    }

    private static Login login(Fragment fragment) {
        String role = fragment.value("login");
        return role == null ? Login.SUPERUSER : Login.of(role);
    }

    private static Place place(Fragment fragment) {
        String place = fragment.value("place");
        return place == null ? Place.PLAIN : Place.of(place);
    }

    private static List<Fragment> join(List<Fragment> first, List<Fragment> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private static List<Fragment> join(List<Fragment> first, List<Fragment> second, List<Fragment> third) {
        return join(join(first, second), third);
    }
}
