package dev.lockkeeper.analytics.definition;

import dev.lockkeeper.project.YamlValue;
import java.util.Optional;

/** A value that a definition compares with. */
public record Literal(Kind kind, String text) {
    /** What a value is, as YAML says it. */
    public enum Kind {
        TEXT,
        NUMBER,
        BOOLEAN
    }

    /** Empty for what is no single value, for null, and for numbers that not every engine has, such as {@code .nan}. */
    static Optional<Literal> of(YamlValue value) {
        if (!(value instanceof YamlValue.Text text) || text.isNull()) {
            return Optional.empty();
        }
        return switch (text.tag()) {
            case "tag:yaml.org,2002:str" -> Optional.of(new Literal(Kind.TEXT, text.text()));
            case "tag:yaml.org,2002:bool" -> Optional.of(new Literal(Kind.BOOLEAN, text.text()));
            case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float" ->
                text.text().matches("-?\\d{1,30}(\\.\\d{1,30})?")
                        ? Optional.of(new Literal(Kind.NUMBER, text.text()))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }
}
