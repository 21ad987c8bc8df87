package io.dromedary.bench;

import java.util.Map;

/** Resident memory of a gateway of its own: idle, under 200 streams, and with 32 connections flat out. */
final class Memory implements Measurement {

    @Override
    public Section run(Rig rig) throws Exception {
        Section section = new Section("Resident memory, MB");
        for (int round = 0; round < Math.min(3, rig.settings().rounds()); round++) {
            try (Gateway gateway = Gateway.start(rig, rig.settings().javaOptions(), Map.of())) {
                long pid = gateway.target().pid();
                Thread.sleep(2000);
                section.add("idle, after one request", Target.GATEWAY, Account.rssMb(pid));
                section.add("200 streams, peak", Target.GATEWAY,
                        StreamLoad.run(rig, gateway.target(), Streams.PLAN).peakRssMb());
                Account.forgetPeak(pid);
                Wrk.run(rig, gateway.target(), Body.plain(Body.MODEL), 32, 10);
                section.add("32 connections flat out, peak", Target.GATEWAY, Account.peakRssMb(pid));
            }
        }
        section.goal("RSS idle, MB", "at most 160", 160, section.series("idle, after one request", Target.GATEWAY));
        section.goal("RSS at 200 streams, MB", "at most 320", 320, section.series("200 streams, peak", Target.GATEWAY));
        section.goal("RSS at 32 connections flat out, MB", "at most 320", 320,
                section.series("32 connections flat out, peak", Target.GATEWAY));
        return section;
    }
}
