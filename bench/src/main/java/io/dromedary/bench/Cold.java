package io.dromedary.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The first requests of a gateway that has just been started, which is what its users feel after each restart: every
 * sample is a process of its own.
 */
final class Cold implements Measurement {

    /** After its command; a gateway that has not come so far by then is asked as soon as it listens. */
    static final int LATER_SECONDS = 5;
    /** Of a person, or of a program that does something between two requests. */
    static final int PACE_MILLIS = 50;
    /** How the figures begin that are held against goals. */
    static final String LATER_PACED = "5 s after start, one each 50 ms: ";

    static final String FIRST = "request 1, ms";
    /** By the number of a request, the first being 1, both ends included. */
    private static final int[][] BUCKETS = {{2, 10}, {11, 100}, {2, 100}, {101, 1000}};
    private static final int[] PERCENTS = {50, 99};
    private static final int MOST_ROUNDS = 5;
    private static final int FEW = 100;
    private static final int MANY = 1000;
    private static final int CONNECTIONS = 32;
    private static final int LOAD_SECONDS = 10;
    private static final int IDLE_SECONDS = 30;
    /** All are open when the last one starts; few events, so that it is the beginnings that are measured. */
    private static final StreamLoad.Plan STREAM_PLAN = new StreamLoad.Plan(200, 10, 450, 4000);
    private static final int CLIENT_WARM_UP = 20_000;
    private static final String AT_ONCE_PACED = "at once, one each 50 ms: ";
    private static final String LATER_FLAT = "5 s after start, flat out: ";
    private static final String AT_ONCE_FLAT = "at once, flat out: ";
    private static final String START = "start to first answer, ms";
    private static final String STREAMS = "first 400 streams: time to first event, p50, ms";
    private static final String CPU = "CPU per request, 32 connections, first 10 s, us";
    private static final String START_CPU = "CPU until it listens, s";
    private static final String IDLE_CPU = "CPU of the first 30 s without a client, s";

    @Override
    public Section run(Rig rig) throws Exception {
        int rounds = Math.min(MOST_ROUNDS, rig.settings().rounds());
        // A quick look ends where the goals do.
        int paced = rounds < 3 ? FEW : MANY;
        Section section = new Section("Cold: each sample from a process of its own; one connection, 335 B request");
        order(section);
        Map<String, Fresh.Launch> launches = Launches.all(rig.settings());
        warmUpClient(rig);
        for (int pass = 0; pass < 2; pass++) {
            StreamLoad.run(rig, rig.direct(), Streams.PLAN);
        }
        for (Fresh.Launch launch : launches.values()) {
            // Into the system's cache of files.
            launch.start(rig).close();
        }
        for (int round = 0; round < rounds; round++) {
            List<Step> steps = new ArrayList<>();
            steps.add(() -> running(rig, section, rig.direct()));
            steps.add(() -> running(rig, section, rig.nginx()));
            launches.forEach((name, launch) -> steps.addAll(List.of(
                    () -> requests(rig, section, launch, LATER_SECONDS, LATER_PACED,
                            name.equals(Target.GATEWAY) || name.equals(Target.BASE) ? paced : FEW, PACE_MILLIS),
                    () -> requests(rig, section, launch, 0, AT_ONCE_PACED, FEW, PACE_MILLIS),
                    () -> requests(rig, section, launch, LATER_SECONDS, LATER_FLAT, MANY, 0),
                    () -> requests(rig, section, launch, 0, AT_ONCE_FLAT, MANY, 0),
                    () -> streams(rig, section, launch),
                    () -> load(rig, section, launch),
                    () -> idle(rig, section, launch))));
            for (Step step : rig.shuffled(steps.toArray(Step[]::new))) {
                step.run();
            }
        }
        section.note("direct and nginx run all the time, on new connections; their processes are not started anew.");
        goals(section, launches);
        return section;
    }

    /** Names the figures in the order in which they are told, since the steps come in a random one. */
    private static void order(Section section) {
        for (String figure : List.of(START, START_CPU, IDLE_CPU, CPU, STREAMS)) {
            section.series(figure, Target.GATEWAY);
        }
        for (String when : List.of(LATER_PACED, AT_ONCE_PACED, LATER_FLAT, AT_ONCE_FLAT)) {
            section.series(when + FIRST, Target.GATEWAY);
            for (int[] bucket : BUCKETS) {
                for (int percent : PERCENTS) {
                    section.series(name(when, bucket[0], bucket[1], percent), Target.GATEWAY);
                }
            }
        }
    }

    /** The client, the mock and nginx are no part of what is measured, so they are warm. */
    static void warmUpClient(Rig rig) throws IOException {
        OneByOne.send(rig.direct(), CLIENT_WARM_UP, 0);
        OneByOne.send(rig.nginx(), CLIENT_WARM_UP / 10, 0);
    }

    private static void running(Rig rig, Section section, Target target) throws Exception {
        buckets(section, target.name(), LATER_PACED, OneByOne.send(target, FEW, PACE_MILLIS));
        buckets(section, target.name(), LATER_FLAT, OneByOne.send(target, MANY, 0));
        streams(rig, section, target);
        section.add(CPU, target.name(), Wrk.run(rig, target, Body.plain(Body.MODEL), CONNECTIONS, 2).cpu());
    }

    /** One client's requests to a process of its own, {@code age} seconds after its command. */
    static void requests(Rig rig, Section section, Fresh.Launch launch, int age, String when, int requests,
            int pace) throws Exception {
        try (Fresh fresh = launch.start(rig)) {
            fresh.await(age);
            double before = fresh.ageMillis();
            Series times = OneByOne.send(fresh.target(), requests, pace);
            if (when.equals(AT_ONCE_PACED)) {
                section.add(START, fresh.target().name(), before + times.at(0));
            }
            buckets(section, fresh.target().name(), when, times);
        }
    }

    /** The figures of one client's requests, the first of which has number 1. */
    static void buckets(Section section, String target, String when, Series times) {
        section.add(when + FIRST, target, times.at(0));
        for (int[] bucket : BUCKETS) {
            if (times.size() >= bucket[1]) {
                Series part = times.part(bucket[0] - 1, bucket[1]);
                for (int percent : PERCENTS) {
                    section.add(name(when, bucket[0], bucket[1], percent), target, part.percentile(percent));
                }
            }
        }
    }

    /** The figure of the requests with the numbers from {@code first} to {@code last}. */
    static String name(String when, int first, int last, int percent) {
        return when + "requests " + first + "-" + last + ", p" + percent + ", ms";
    }

    private static void streams(Rig rig, Section section, Fresh.Launch launch) throws Exception {
        try (Fresh fresh = launch.start(rig)) {
            fresh.await(LATER_SECONDS);
            streams(rig, section, fresh.target());
        }
    }

    private static void streams(Rig rig, Section section, Target target) throws Exception {
        Series firsts = new Series();
        for (int pass = 0; pass < 2; pass++) {
            firsts.addAll(StreamLoad.run(rig, target, STREAM_PLAN).firsts());
        }
        if (firsts.size() < 2 * STREAM_PLAN.streams()) {
            section.note("Only " + firsts.size() + " of the first 400 streams of " + target.name()
                    + " brought an event in one round.");
        }
        if (firsts.size() > 0) {
            section.add(STREAMS, target.name(), firsts.median());
        }
    }

    private static void load(Rig rig, Section section, Fresh.Launch launch) throws Exception {
        try (Fresh fresh = launch.start(rig)) {
            section.add(CPU, fresh.target().name(),
                    Wrk.run(rig, fresh.target(), Body.plain(Body.MODEL), CONNECTIONS, LOAD_SECONDS).cpu());
        }
    }

    private static void idle(Rig rig, Section section, Fresh.Launch launch) throws Exception {
        try (Fresh fresh = launch.start(rig)) {
            section.add(START_CPU, fresh.target().name(), Account.cpuWithChildrenMicros(fresh.target().pid()) / 1e6);
            fresh.await(IDLE_SECONDS);
            section.add(IDLE_CPU, fresh.target().name(), Account.cpuWithChildrenMicros(fresh.target().pid()) / 1e6);
        }
    }

    private static void goals(Section section, Map<String, Fresh.Launch> launches) {
        String first = LATER_PACED + FIRST;
        String p50 = name(LATER_PACED, 2, FEW, 50);
        String p99 = name(LATER_PACED, 2, FEW, 99);
        section.goal("first request, 5 s after start, ms", "at most 20 (stretch: 5)", 20,
                section.series(first, Target.GATEWAY));
        section.goal("requests 2-100, p50 over direct, ms", "at most 1 (stretch: 0.3)", 1, section.overDirect(p50));
        section.goal("requests 2-100, p99 over direct, ms", "at most 5 (stretch: 2)", 5, section.overDirect(p99));
        section.goal("first 400 streams, time to first event over direct, p50, ms", "at most 2 (stretch: 0.5)", 2,
                section.overDirect(STREAMS));
        section.goal("CPU per request, 32 connections, first 10 s, us", "at most 250 (stretch: 150)", 250,
                section.series(CPU, Target.GATEWAY));
        section.goal(START, "at most 800 (stretch: 400)", 800, section.series(START, Target.GATEWAY));
        section.goal(IDLE_CPU, "at most 8 (stretch: 3)", 8, section.series(IDLE_CPU, Target.GATEWAY));
        for (String checkout : launches.keySet()) {
            if (checkout.startsWith(Launches.CHECKOUT)) {
                for (String figure : Arrays.asList(first, p50, STREAMS, CPU, START)) {
                    section.goal(checkout + ": " + figure + ", x the image's", "at most 2 (stretch: 1)", 2,
                            section.series(figure, checkout).dividedBy(section.series(figure, Target.GATEWAY)));
                }
            }
        }
    }

    /** One sample, or what one target gives in a round. */
    private interface Step {

        void run() throws Exception;
    }
}
