package dev.lockkeeper.describe.erd;

/**
 * The style sheet of pictures. Colors are variables, so that a page may set its own; each has a plain value before it for programs that
 * know no variables.
 */
final class SvgStyle {
    private static final String FONT =
            "system-ui,-apple-system,\"Segoe UI\",Roboto,\"Helvetica Neue\",Arial,\"DejaVu Sans\",sans-serif";

    private final Palette light = Palette.light();
    private final StringBuilder css = new StringBuilder();

    private SvgStyle() {}

    static String css() {
        return new SvgStyle().text();
    }

    private String text() {
        css.append(".erd{")
                .append(variables(light))
                .append("font-family:")
                .append(FONT)
                .append(";background:var(--paper)}\n");
        css.append("@media (prefers-color-scheme:dark){.erd{")
                .append(variables(Palette.dark()))
                .append("}}\n");
        // paper is white
        css.append("@media print{.erd{").append(variables(light)).append("}}\n");
        rule("text", paint("fill", "ink", light.ink()) + "font-size:" + Card.NAME_SIZE + "px");
        rule("a", "text-decoration:none;cursor:pointer");
        rule(".paper", paint("fill", "paper", light.paper()));
        rule(".title", "font-size:19px;font-weight:600");
        rule(".muted", paint("fill", "muted", light.muted()));
        rule(".schema", "font-size:" + Card.FRAME_SIZE + "px;font-weight:600");
        rule(".frame", paint("stroke", "edge", light.edge()) + "stroke-opacity:.45");
        rule(".box", paint("fill", "box", light.box()));
        rule(".edge", "fill:none;" + paint("stroke", "edge", light.edge()));
        rule(".foreign", "stroke-dasharray:5 3");
        rule(".name", "font-size:" + Card.HEAD_SIZE + "px;font-weight:700");
        rule(".primary", "font-weight:700");
        rule(".made", "font-style:italic");
        rule(".type", paint("fill", "muted", light.muted()) + "font-size:" + Card.TYPE_SIZE + "px;text-anchor:end");
        rule(".foot", paint("fill", "muted", light.muted()) + "font-size:" + Card.TYPE_SIZE + "px");
        rule(".count", "font-size:" + Card.TYPE_SIZE + "px");
        rule(
                ".icon",
                "fill:none;" + paint("stroke", "line", light.line())
                        + "stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round");
        rule(".icon.key", paint("stroke", "key", light.key()));
        rule(".icon.ink", paint("stroke", "ink", light.ink()));
        rule(".hub", paint("fill", "accent", light.accent()));
        rule(
                ".ref",
                paint("fill", "box", light.box()) + paint("stroke", "accent", light.accent()) + "stroke-width:1.3");
        rule(".digit", "font-size:9px;font-weight:700;text-anchor:middle");
        rule(".digit.on", paint("fill", "on-accent", light.onAccent()));
        rule(
                ".line path,.line circle",
                "fill:none;" + paint("stroke", "line", light.line()) + "stroke-width:1.3;stroke-linejoin:round");
        rule(".line .hit", "stroke:transparent;stroke-width:11");
        rule(".line .wish", "stroke-dasharray:1.5 4;stroke-linecap:round");
        rule(".line .dash", "stroke-dasharray:5 4");
        rule(".line .open", paint("fill", "paper", light.paper()));
        rule(
                ".line:hover path:not(.hit),.line:hover circle,.line.on path:not(.hit),.line.on circle",
                paint("stroke", "accent", light.accent()) + "stroke-width:2.4");
        rule("a:hover .edge,a.on .edge,.focus .edge", paint("stroke", "accent", light.accent()) + "stroke-width:2");
        // the ring of the keyboard, and what a link has led to
        rule("a:focus", "outline:none");
        rule("a:focus-visible .edge,a:target .edge", paint("stroke", "accent", light.accent()) + "stroke-width:3.5");
        for (int i = 0; i < light.tints().size(); i++) {
            rule(".f" + i, paint("fill", "frame" + i, light.tints().get(i).frame()));
            rule(".h" + i, paint("fill", "head" + i, light.tints().get(i).head()));
        }
        return css.toString();
    }

    private void rule(String selectors, String declarations) {
        css.append(".erd ")
                .append(selectors.replace(",", ",.erd "))
                .append('{')
                .append(declarations)
                .append("}\n");
    }

    private static String paint(String property, String variable, String plain) {
        return property + ":" + plain + ";" + property + ":var(--" + variable + ");";
    }

    private static String variables(Palette palette) {
        StringBuilder out = new StringBuilder();
        variable(out, "paper", palette.paper());
        variable(out, "ink", palette.ink());
        variable(out, "muted", palette.muted());
        variable(out, "box", palette.box());
        variable(out, "edge", palette.edge());
        variable(out, "line", palette.line());
        variable(out, "key", palette.key());
        variable(out, "accent", palette.accent());
        variable(out, "on-accent", palette.onAccent());
        for (int i = 0; i < palette.tints().size(); i++) {
            variable(out, "frame" + i, palette.tints().get(i).frame());
            variable(out, "head" + i, palette.tints().get(i).head());
        }
        return out.toString();
    }

    private static void variable(StringBuilder out, String name, String value) {
        out.append("--").append(name).append(':').append(value).append(';');
    }
}
