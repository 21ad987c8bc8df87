package io.dromedary.bench;

/** What a request costs that is translated into a chat, and its answer back, beside the chat itself. */
final class Dialects implements Measurement {

    private static final String CHAT = "chat";
    private static final String MESSAGES = "messages";
    private static final String RESPONSES = "responses";
    private static final String PER_EVENT = "CPU per event, us";
    private static final int CONNECTIONS = 32;
    private static final int STREAMS = 200;
    private static final int EVENTS = 100;

    @Override
    public Section run(Rig rig) throws Exception {
        Section section = new Section("Dialects: plain requests on 32 connections, and 200 streams of 100 events");
        for (String dialect : new String[] {CHAT, MESSAGES, RESPONSES}) {
            measure(rig, dialect, false);
            measure(rig, dialect, true);
        }
        for (int round = 0; round < rig.settings().rounds(); round++) {
            for (String dialect : rig.shuffled(CHAT, MESSAGES, RESPONSES)) {
                section.add(PlainLoad.CPU, dialect, measure(rig, dialect, false).cpu());
                section.add(PER_EVENT, dialect, measure(rig, dialect, true).cpu() / EVENTS);
            }
        }
        for (String dialect : new String[] {MESSAGES, RESPONSES}) {
            section.goal("CPU of a plain request in " + dialect + ", x chat", "at most 1.5", 1.5,
                    section.series(PlainLoad.CPU, dialect).dividedBy(section.series(PlainLoad.CPU, CHAT)));
            section.goal("CPU of an event in " + dialect + ", x chat", "at most 1.5", 1.5,
                    section.series(PER_EVENT, dialect).dividedBy(section.series(PER_EVENT, CHAT)));
        }
        return section;
    }

    private static Wrk.Result measure(Rig rig, String dialect, boolean stream) throws Exception {
        String limit = dialect.equals(RESPONSES) ? "max_output_tokens" : "max_tokens";
        String more = stream ? ",\"stream\":true,\"" + limit + "\":" + EVENTS : "";
        String body = dialect.equals(RESPONSES) ? Body.response(more) : Body.chat(more);
        String path = switch (dialect) {
            case MESSAGES -> "/v1/messages";
            case RESPONSES -> "/v1/responses";
            default -> "/v1/chat/completions";
        };
        return Wrk.run(rig, rig.gateway(), path, body, stream ? STREAMS : CONNECTIONS, rig.settings().seconds());
    }
}
