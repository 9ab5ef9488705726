package dev.lockkeeper.check.report;

import dev.lockkeeper.check.Finding;
import dev.lockkeeper.check.LintReport;
import dev.lockkeeper.check.Severity;
import dev.lockkeeper.problem.Problem;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Findings as a JUnit report: a test case for each file that has some, a failure where one is an error. */
public final class JUnitXml {
    private final XMLStreamWriter out;

    private JUnitXml(XMLStreamWriter out) {
        this.out = out;
    }

    public static String text(LintReport report) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter writer = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
            writer.writeStartDocument("UTF-8", "1.0");
            new JUnitXml(writer).write(report);
            writer.writeEndDocument();
            writer.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a text can be written", e);
        }
        return text.toString();
    }

    private void write(LintReport report) throws XMLStreamException {
        Map<String, List<Finding>> files = report.findings().stream()
                .filter(finding -> finding.suppressed() == null)
                .collect(Collectors.groupingBy(
                        finding -> finding.place().file(), LinkedHashMap::new, Collectors.toList()));
        long failures = files.values().stream().filter(JUnitXml::fails).count();
        int tests = Math.max(files.size(), 1) + report.problems().size();
        out.writeStartElement("testsuites");
        out.writeStartElement("testsuite");
        attribute("name", "lockkeeper lint");
        attribute("tests", Integer.toString(tests));
        attribute("failures", Long.toString(failures));
        attribute("errors", Integer.toString(report.problems().size()));
        attribute("skipped", "0");
        if (files.isEmpty()) {
            test("no findings");
            out.writeEndElement();
        }
        for (Map.Entry<String, List<Finding>> file : files.entrySet()) {
            test(file.getKey());
            String told = file.getValue().stream().map(JUnitXml::line).collect(Collectors.joining("\n"));
            if (fails(file.getValue())) {
                out.writeStartElement("failure");
                attribute("message", line(worst(file.getValue())));
                attribute("type", worst(file.getValue()).rule());
            } else {
                out.writeStartElement("system-out");
            }
            out.writeCharacters(valid(told));
            out.writeEndElement();
            out.writeEndElement();
        }
        for (Problem problem : report.problems()) {
            test(problem.place() == null ? "rehearsal" : problem.place().file());
            out.writeStartElement("error");
            attribute("message", problem.message());
            attribute("type", problem.code().slug());
            out.writeEndElement();
            out.writeEndElement();
        }
        out.writeEndElement();
        out.writeEndElement();
    }

    private void test(String name) throws XMLStreamException {
        out.writeStartElement("testcase");
        attribute("name", name);
        attribute("classname", "lockkeeper.lint");
        attribute("time", "0");
    }

    private void attribute(String name, String value) throws XMLStreamException {
        out.writeAttribute(name, valid(value));
    }

    private static boolean fails(List<Finding> findings) {
        return findings.stream().anyMatch(finding -> finding.severity() == Severity.ERROR);
    }

    private static Finding worst(List<Finding> findings) {
        return Objects.requireNonNull(findings.stream()
                .reduce((a, b) -> a.severity().compareTo(b.severity()) <= 0 ? a : b)
                .orElse(null));
    }

    private static String line(Finding finding) {
        return finding.place() + ": " + finding.severity().key() + " " + finding.rule() + ": " + finding.message()
                + ". " + finding.help();
    }

    /** Without the characters that XML 1.0 has no way to write (section 2.2). */
    private static String valid(String text) {
        StringBuilder all = new StringBuilder();
        text.codePoints()
                .map(c -> c == 0x9
                                || c == 0xA
                                || c == 0xD
                                || (c >= 0x20 && c <= 0xD7FF)
                                || (c >= 0xE000 && c != 0xFFFE && c != 0xFFFF)
                        ? c
                        : 0xFFFD)
                .forEach(all::appendCodePoint);
        return all.toString();
    }
}
