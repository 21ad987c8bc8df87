package io.dromedary.operator;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import io.dromedary.client.ApiError;
import io.dromedary.json.Json;
import io.dromedary.model.Prices;
import io.dromedary.observe.usage.Usage;
import io.dromedary.observe.usage.UsageKey;
import io.dromedary.observe.usage.UsageTotals;

/** The figures of {@code GET /usage}, put together as they are asked for. */
final class UsageReport {

    /** By what the figures can be told apart, in the order of the columns. */
    private enum Part {
        MODEL, KEY, DEPLOYMENT, HOUR;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        String of(UsageKey key) {
            return switch (this) {
                case MODEL -> key.model();
                case KEY -> key.key();
                case DEPLOYMENT -> key.deployment();
                case HOUR -> "";
            };
        }
    }

    private static final String WORDS = "model, key, deployment, hour";

    private final List<Part> parts;
    private final boolean hours;
    private final UsageTotals totals;

    private UsageReport(List<Part> parts, boolean hours, UsageTotals totals) {
        this.parts = parts;
        this.hours = hours;
        this.totals = totals;
    }

    /**
     * A report by these words, each of which may be several with commas between; by model where there is none.
     *
     * @throws ApiError if one of them is not known
     */
    static UsageReport by(List<String> asked, UsageTotals totals) {
        List<String> words = new ArrayList<>();
        for (String list : asked) {
            for (String word : list.split(",")) {
                words.add(word.strip());
            }
        }
        List<Part> parts = new ArrayList<>();
        for (Part part : Part.values()) {
            if (words.removeIf(part.word()::equals)) {
                parts.add(part);
            }
        }
        words.removeIf(String::isEmpty);
        if (!words.isEmpty()) {
            throw ApiError.badRequest("invalid_value", "by", "by is one or more of " + WORDS
                    + ", with commas between them");
        }
        boolean hours = parts.remove(Part.HOUR);
        return new UsageReport(parts.isEmpty() && !hours ? List.of(Part.MODEL) : parts, hours, totals);
    }

    /** As one JSON object. */
    byte[] json() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("object", "usage");
        report.put("currency", "USD");
        report.put("by", parts.stream().map(Part::word).toList());
        report.put("now", totals.now().truncatedTo(ChronoUnit.SECONDS).toString());
        report.put("since_start", period(totals.start(), totals.sinceStart()));
        report.put("today", period(totals.now().truncatedTo(ChronoUnit.DAYS), totals.today()));
        report.put("all", period(totals.beginning(), totals.all()));
        if (hours) {
            List<Object> each = new ArrayList<>();
            totals.byHour().forEach((hour, usage) -> each.add(period(hour, usage)));
            report.put("hours", each);
        }
        return Json.bytes(report);
    }

    private Map<String, Object> period(Instant from, Map<UsageKey, Usage> usage) {
        Map<String, Object> period = new LinkedHashMap<>();
        period.put("from", from.toString());
        period.put("total", figures(usage.values().stream().reduce(Usage.NONE, Usage::plus)));
        if (!parts.isEmpty()) {
            List<Object> rows = new ArrayList<>();
            grouped(usage).values().forEach(row -> {
                Map<String, Object> told = new LinkedHashMap<>();
                for (int i = 0; i < parts.size(); i++) {
                    told.put(parts.get(i).word(), row.names().get(i));
                }
                told.putAll(figures(row.usage()));
                rows.add(told);
            });
            period.put("rows", rows);
        }
        return period;
    }

    /** One row of a period. */
    private record Row(List<String> names, Usage usage) {
    }

    private Map<String, Row> grouped(Map<UsageKey, Usage> usage) {
        Map<String, Row> rows = new TreeMap<>();
        usage.forEach((key, used) -> {
            List<String> names = parts.stream().map(part -> part.of(key)).toList();
            rows.merge(String.join("\0", names), new Row(names, used),
                    (one, other) -> new Row(names, one.usage().plus(other.usage())));
        });
        return rows;
    }

    /** The columns and their values; an amount that is not known is null. */
    private static Map<String, Object> figures(Usage usage) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("requests", usage.requests());
        figures.put("failed", usage.failed());
        figures.put("client_gone", usage.gone());
        figures.put("prompt_tokens", usage.prompt());
        figures.put("completion_tokens", usage.completion());
        figures.put("cached_tokens", usage.cached());
        figures.put("reasoning_tokens", usage.reasoning());
        figures.put("estimated_requests", usage.estimatedRequests());
        figures.put("estimated_tokens", usage.estimatedTokens());
        figures.put("cost", usage.priced() ? new BigDecimal(Prices.text(usage.cost())) : null);
        figures.put("estimated_cost", usage.priced() ? new BigDecimal(Prices.text(usage.estimatedCost())) : null);
        figures.put("unpriced_requests", usage.unpriced());
        return figures;
    }

    /** As a table with a head (RFC 4180): a column says for which time a row is, and from when. */
    String csv() {
        StringBuilder table = new StringBuilder("period,from");
        parts.forEach(part -> table.append(',').append(part.word()));
        figures(Usage.NONE).keySet().forEach(column -> table.append(',').append(column));
        table.append("\r\n");
        append(table, "since_start", totals.start(), totals.sinceStart());
        append(table, "today", totals.now().truncatedTo(ChronoUnit.DAYS), totals.today());
        append(table, "all", totals.beginning(), totals.all());
        if (hours) {
            totals.byHour().forEach((hour, usage) -> append(table, "hour", hour, usage));
        }
        return table.toString();
    }

    private void append(StringBuilder table, String period, Instant from, Map<UsageKey, Usage> usage) {
        grouped(usage).values().forEach(row -> {
            table.append(period).append(',').append(from);
            row.names().forEach(name -> table.append(',').append(cell(name)));
            figures(row.usage()).values().forEach(value -> table.append(',').append(value == null ? ""
                    : value instanceof BigDecimal amount ? amount.toPlainString() : value));
            table.append("\r\n");
        });
    }

    /** A name, which a spreadsheet must not take for a formula. */
    private static String cell(String name) {
        String text = name.isEmpty() || "=+-@\t\r".indexOf(name.charAt(0)) < 0 ? name : "'" + name;
        return text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
