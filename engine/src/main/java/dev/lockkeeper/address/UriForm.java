package dev.lockkeeper.address;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** {@code postgresql://user@host:port,host:port/database?name=value}, cut as libpq does it (manual 34.1.1.2). */
final class UriForm {
    private final String text;
    private final String source;
    private int at;

    UriForm(String text, String source) {
        this.text = text;
        this.source = source;
        this.at = text.indexOf("://") + 3;
    }

    void read(AddressText.Taker taker) {
        user(taker);
        hosts(taker);
        if (at < text.length() && text.charAt(at) == '/') {
            at++;
            String database = until("?");
            if (!database.isEmpty()) {
                taker.take("dbname", decode(database));
            }
        }
        // libpq lets the text end with ? or &
        while (++at < text.length()) {
            parameter(taker, until("&"));
        }
    }

    private void user(AddressText.Taker taker) {
        int start = at;
        String before = until("@/");
        if (at == text.length() || text.charAt(at) != '@') {
            at = start;
            return;
        }
        at++;
        int colon = before.indexOf(':');
        String user = colon < 0 ? before : before.substring(0, colon);
        if (!user.isEmpty()) {
            taker.take("user", decode(user));
        }
        if (colon >= 0 && colon + 1 < before.length()) {
            taker.take("password", decode(before.substring(colon + 1)));
        }
    }

    private void hosts(AddressText.Taker taker) {
        List<String> hosts = new ArrayList<>();
        List<String> ports = new ArrayList<>();
        while (true) {
            hosts.add(host());
            boolean port = at < text.length() && text.charAt(at) == ':';
            if (port) {
                at++;
            }
            ports.add(port ? decode(until("/?,")) : "");
            if (at == text.length() || text.charAt(at) != ',') {
                break;
            }
            at++;
        }
        String host = String.join(",", hosts);
        String port = String.join(",", ports);
        if (!host.isEmpty()) {
            taker.take("host", host);
        }
        if (!port.isEmpty()) {
            taker.take("port", port);
        }
    }

    private String host() {
        if (at == text.length() || text.charAt(at) != '[') {
            String host = decode(until(":/?,"));
            if (host.contains("@")) {
                throw AddressText.unreadable(
                        source, "a host has an @; write %40 for an @ in a user's name or password");
            }
            return host;
        }
        at++;
        String host = until("]");
        if (at == text.length() || host.isEmpty()) {
            throw AddressText.unreadable(source, "an IPv6 address in [ ] does not end, or is empty");
        }
        at++;
        if (at < text.length() && ":/?,".indexOf(text.charAt(at)) < 0) {
            throw AddressText.unreadable(
                    source, "something follows an IPv6 address in [ ] that is no port and no path");
        }
        return decode(host);
    }

    private void parameter(AddressText.Taker taker, String pair) {
        int equals = pair.indexOf('=');
        if (equals < 0) {
            throw AddressText.unreadable(source, "a parameter after ? has no =");
        }
        if (pair.indexOf('=', equals + 1) >= 0) {
            throw AddressText.unreadable(
                    source, "the parameter " + decode(pair.substring(0, equals)) + " has a second =; write it as %3D");
        }
        taker.take(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
    }

    /** The text up to one of these characters or the end; stays before it. */
    private String until(String ends) {
        int start = at;
        while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(start, at);
    }

    private String decode(String part) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream();
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '%') {
                decoded.write(bytes[i]);
                continue;
            }
            int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
            if (high < 0 || low < 0 || high + low == 0) {
                throw AddressText.unreadable(
                        source, "two hexadecimal digits other than 00 must follow each %; write %25 for a % itself");
            }
            decoded.write(high * 16 + low);
            i += 2;
        }
        return decoded.toString(StandardCharsets.UTF_8);
    }
}
