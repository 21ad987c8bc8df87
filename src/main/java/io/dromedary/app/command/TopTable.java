package io.dromedary.app.command;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.databind.JsonNode;

import io.dromedary.app.process.Terminal;

/** How a gateway stands, as lines of text: the sums, each deployment, the last changes and the last reload. */
final class TopTable {

    private static final String ROW = "%-20s %-28s %-9s %6s %8s %6s %7s %8s  %s";
    private static final int GROUP = 20;
    private static final int DEPLOYMENT = 28;
    private static final int CHANGES = 5;

    private final JsonNode state;
    private final List<String> lines = new ArrayList<>();

    private TopTable(JsonNode state) {
        this.state = state;
    }

    /** The lines of {@code state}, as {@code /ui/api/state} tells it. */
    static List<String> of(JsonNode state) {
        TopTable table = new TopTable(state);
        table.head();
        table.lines.add("");
        table.deployments();
        table.changes();
        return table.lines.stream().map(Terminal::plain).toList();
    }

    private void head() {
        Duration up = Duration.ofMillis(state.path("now").asLong() - state.path("startedAt").asLong());
        lines.add("Dromedary " + state.path("version").asText() + "   up " + up.truncatedTo(ChronoUnit.SECONDS)
                .toString().substring(2).toLowerCase(Locale.ROOT) + "   generation "
                + state.path("generation").asText() + reload());
        JsonNode totals = state.path("totals");
        lines.add("now: " + totals.path("inFlight").asText() + " in flight, " + totals.path("streams").asText()
                + " of them streams");
        lines.add("15 min: " + totals.path("requests").asText() + " requests, " + totals.path("errors").asText()
                + " errors, " + totals.path("fallbacks").asText() + " fallbacks, " + totals.path("gone").asText()
                + " clients left, " + totals.path("refused").asText() + " refused; first token "
                + number(totals, "firstTokenP50Ms") + " ms, p95 " + number(totals, "firstTokenP95Ms") + " ms; "
                + number(totals, "tokensPerSecond") + " tokens/s" + cost(totals));
    }

    private String reload() {
        JsonNode last = state.path("lastReload");
        if (!last.isObject()) {
            return "";
        }
        String time = "   reload at " + time(last.path("at").asLong());
        return last.path("ok").asBoolean() ? time : time + " FAILED: " + last.at("/problems/0/text").asText();
    }

    private static String cost(JsonNode of) {
        return of.path("costUsd").isNumber() ? String.format(Locale.ROOT, "; %.4f USD", of.get("costUsd").asDouble())
                : "";
    }

    private void deployments() {
        lines.add(String.format(ROW, "GROUP", "DEPLOYMENT", "IS", "NOW", "REQUESTS", "FAILED", "TOKEN", "SPEED",
                "WHY"));
        for (JsonNode group : state.path("groups")) {
            for (JsonNode each : group.path("deployments")) {
                lines.add(String.format(ROW, cut(each.path("group").asText(), GROUP),
                        cut(each.path("id").asText(), DEPLOYMENT), each.path("lamp").asText(),
                        each.path("inFlight").asText(), number(each, "requests"), number(each, "failures"),
                        number(each, "firstTokenP50Ms"), number(each, "speed"), why(each)));
            }
        }
        lines.add("(requests and failed: 15 min; token: ms to the first one, p50; speed: tokens/s of one answer)");
    }

    private String why(JsonNode deployment) {
        JsonNode open = deployment.path("open");
        if (open.isObject()) {
            long again = open.path("triedAgainAt").asLong() - state.path("now").asLong();
            String cause = open.at("/cause/reason").asText("");
            return open.path("why").asText("") + (cause.isEmpty() || cause.equals("null") ? "" : " (" + cause + ")")
                    + (deployment.path("lamp").asText().equals("half-open") ? "; it is tried now"
                    : "; tried again in " + Math.max(0, (again + 999) / 1000) + " s");
        }
        JsonNode error = deployment.path("lastError");
        return error.isObject() ? "last error " + time(error.path("at").asLong()) + ": "
                + error.path("reason").asText() : "";
    }

    private void changes() {
        int shown = 0;
        for (JsonNode change : state.path("breakerChanges")) {
            if (shown++ == 0) {
                lines.add("");
            }
            if (shown > CHANGES) {
                return;
            }
            lines.add(time(change.path("at").asLong()) + " " + change.path("deployment").asText() + " is "
                    + change.path("to").asText() + (change.path("why").isTextual()
                    ? ": " + change.get("why").asText() : ""));
        }
    }

    private static String number(JsonNode of, String field) {
        return of.path(field).isNumber() ? String.valueOf(Math.round(of.get(field).asDouble())) : "-";
    }

    private static String time(long at) {
        return LocalTime.ofInstant(Instant.ofEpochMilli(at), ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS)
                .toString();
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "~";
    }
}
