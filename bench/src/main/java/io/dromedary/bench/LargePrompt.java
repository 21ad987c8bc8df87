package io.dromedary.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A prompt of 1 MB: what moving it costs, and what is held for it. */
final class LargePrompt implements Measurement {

    private static final int BYTES = 1_000_000;
    private static final int HELD = 20;
    private static final int HOLD_MS = 4000;

    @Override
    public Section run(Rig rig) throws Exception {
        Section section = new Section("1 MB prompt, one connection");
        String large = Body.large(BYTES, 0);
        String small = Body.plain(Body.MODEL);
        rig.warmUp(rig.gateway(), large, 2, 0);
        for (int round = 0; round < rig.settings().rounds(); round++) {
            for (Target target : rig.shuffled(rig.nginx(), rig.gateway())) {
                double base = Wrk.run(rig, target, small, 1, Math.max(1, rig.settings().seconds() / 2)).cpu();
                Account.forgetPeak(target.pid());
                Wrk.Result result = Wrk.run(rig, target, large, 1, rig.settings().seconds());
                section.add("CPU per request, us", target.name(), result.cpu());
                section.add("CPU per request over that of a small one, us", target.name(), result.cpu() - base);
                section.add("p50, us", target.name(), result.p50());
                section.add("peak RSS, MB", target.name(), Account.peakRssMb(target.pid()));
            }
            section.add("copying the bytes once in a JVM, us", "JVM", copyMicros());
        }
        Series added = section.series("CPU per request over that of a small one, us", Target.GATEWAY);
        Series copy = section.series("copying the bytes once in a JVM, us", "JVM");
        section.goal("1 MB prompt: added CPU, x one copy of its bytes", "at most 3", 3, added.dividedBy(copy));
        section.note("nginx's added CPU is what the kernel's copies between sockets cost: " + Series.text(
                section.series("CPU per request over that of a small one, us", Target.NGINX).dividedBy(copy).median())
                + " x one copy. The goal counts the same copies in the gateway.");
        held(rig, section);
        return section;
    }

    /**
     * What a full collection leaves in the heap while requests wait for the upstream, over what it leaves without them.
     */
    private static void held(Rig rig, Section section) throws Exception {
        try (Gateway gateway = Gateway.start(rig, rig.settings().javaOptions(), Map.of())) {
            for (int pass = 0; pass < 2; pass++) {
                Wrk.run(rig, gateway.target(), Body.large(BYTES, 0), HELD, 2);
            }
            double idle = Heap.liveMb(gateway.target().pid());
            List<Exception> failures = new ArrayList<>();
            Thread load = new Thread(() -> {
                try {
                    Wrk.run(rig, gateway.target(), Body.large(BYTES, HOLD_MS), HELD, HOLD_MS / 1000 + 1);
                } catch (Exception e) {
                    failures.add(e);
                }
            });
            load.start();
            Thread.sleep(HOLD_MS / 2);
            double busy = Heap.liveMb(gateway.target().pid());
            load.join();
            if (!failures.isEmpty()) {
                throw failures.get(0);
            }
            Series share = new Series();
            share.add((busy - idle) * 1e6 / HELD / BYTES);
            section.add("heap held for one, of " + HELD + " that wait, MB", Target.GATEWAY, (busy - idle) / HELD);
            section.goal("1 MB prompt: heap held, x the body", "at most 3", 3, share);
        }
    }

    private static double copyMicros() {
        byte[] bytes = new byte[BYTES];
        Series times = new Series();
        for (int i = 0; i < 2000; i++) {
            long begin = System.nanoTime();
            byte[] copy = bytes.clone();
            times.add((System.nanoTime() - begin) / 1e3);
            bytes = copy;
        }
        return times.median();
    }
}
