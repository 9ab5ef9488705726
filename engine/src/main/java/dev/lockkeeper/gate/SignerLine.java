package dev.lockkeeper.gate;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads lines of the files in which OpenSSH keeps keys (ssh-keygen, ALLOWED SIGNERS). */
final class SignerLine {
    private static final Pattern WORD = Pattern.compile("(?:[^\\s\"]|\"[^\"]*\")+");
    private static final Pattern OPTION = Pattern.compile("([A-Za-z-]+)(?:=\"([^\"]*)\")?(?:,|$)");
    /** Types that a line may name, of which only the first can approve. */
    private static final Set<String> TYPES = Set.of(
            SshPublicKey.TYPE,
            "ssh-rsa",
            "ssh-dss",
            "ecdsa-sha2-nistp256",
            "ecdsa-sha2-nistp384",
            "ecdsa-sha2-nistp521",
            "sk-ssh-ed25519@openssh.com",
            "sk-ecdsa-sha2-nistp256@openssh.com");

    private final Place place;
    private final ZoneId zone;
    private @Nullable PatternList namespaces;
    private @Nullable Instant after;
    private @Nullable Instant before;
    private boolean authority;

    private SignerLine(Place place, ZoneId zone) {
        this.place = place;
        this.zone = zone;
    }

    /**
     * A line of a file of allowed signers.
     *
     * @param zone in which times without Z are meant
     * @throws LockkeeperException {@code signers-file}
     */
    static AllowedSigner signer(String line, Place place, ZoneId zone) {
        return new SignerLine(place, zone).signer(words(line));
    }

    /** The key of a line that begins with one; null when it is of another type than Ed25519. */
    static @Nullable SshPublicKey key(String line, Place place) {
        return new SignerLine(place, ZoneOffset.UTC).key(words(line), 0);
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line);
        while (word.find()) {
            words.add(word.group());
        }
        return words;
    }

    private AllowedSigner signer(List<String> words) {
        if (words.size() < 3) {
            throw bad("the line is not whole", "write PRINCIPALS OPTIONS ssh-ed25519 KEY");
        }
        int at = 1;
        if (!TYPES.contains(words.get(1))) {
            options(words.get(1));
            at = 2;
        }
        SshPublicKey key = key(words, at);
        PatternList principals = PatternList.of(words.get(0).replace("\"", ""));
        return new AllowedSigner(place, principals, authority ? null : key, namespaces, after, before);
    }

    private @Nullable SshPublicKey key(List<String> words, int at) {
        if (at + 1 >= words.size() || !TYPES.contains(words.get(at))) {
            throw bad("there is no key where one belongs", "write ssh-ed25519 and the key, as the .pub file has them");
        }
        if (!words.get(at).equals(SshPublicKey.TYPE)) {
            return null;
        }
        try {
            return SshPublicKey.of(Base64.getDecoder().decode(words.get(at + 1)));
        } catch (IllegalArgumentException | SshBlob.Malformed e) {
            throw bad("the key cannot be read: " + e.getMessage(), "copy it again from the .pub file");
        }
    }

    private void options(String text) {
        Matcher option = OPTION.matcher(text);
        int end = 0;
        while (end < text.length() && option.find(end) && option.start() == end) {
            end = option.end();
            String value = option.group(2);
            switch (option.group(1).toLowerCase(Locale.ROOT)) {
                case "cert-authority" -> authority = true;
                case "namespaces" -> namespaces = PatternList.of(given(value, "namespaces"));
                case "valid-after" -> after = time(given(value, "valid-after"));
                case "valid-before" -> before = time(given(value, "valid-before"));
                default ->
                    throw bad(
                            "the option " + option.group(1) + " is not known",
                            "known are namespaces, valid-after, valid-before and cert-authority");
            }
        }
        if (end < text.length()) {
            throw bad("the options cannot be read", "write them as namespaces=\"" + SshSignature.PLAN + "\"");
        }
    }

    private String given(@Nullable String value, String option) {
        if (value == null || value.isEmpty()) {
            throw bad("the option " + option + " has no value", "write " + option + "=\"...\"");
        }
        return value;
    }

    private Instant time(String text) {
        ZoneId meant = text.endsWith("Z") ? ZoneOffset.UTC : zone;
        String digits = text.endsWith("Z") ? text.substring(0, text.length() - 1) : text;
        try {
            if (digits.matches("\\d{8}|\\d{12}|\\d{14}")) {
                String full = digits + "000000".substring(digits.length() - 8);
                return LocalDateTime.parse(full, DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT))
                        .atZone(meant)
                        .toInstant();
            }
        } catch (DateTimeException e) {
            // reported below like any other text
        }
        throw bad(text + " is not a time", "write it as 20261231 or 20261231235959Z");
    }

    private LockkeeperException bad(String message, String help) {
        return Problem.of(Code.SIGNERS_FILE, message).at(place).help(help).asException();
    }
}
