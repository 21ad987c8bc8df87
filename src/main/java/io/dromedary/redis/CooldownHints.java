package io.dromedary.redis;

import java.util.UUID;
import java.util.function.ObjLongConsumer;

/**
 * Tells the other gateways that a deployment takes no request for a while, and is told by them: else each of them would
 * have to be refused by it first. A hint is a version, who sends it, for how many seconds, and the deployment's id.
 * What comes is checked, since anybody who reaches Redis can send it.
 */
public final class CooldownHints {

    private static final String VERSION = "1";
    private static final int PARTS = 4;
    private static final int LONGEST = 1000;

    private final RedisLink link;
    private final String channel;
    private final String self = UUID.randomUUID().toString();
    private final ObjLongConsumer<String> told;

    /**
     * @param namespace what the channel's name begins with
     * @param told      takes a deployment's id and the seconds that another gateway tells, more than 0; must not block
     */
    public CooldownHints(RedisLink link, String namespace, ObjLongConsumer<String> told) {
        this.link = link;
        this.channel = namespace + ":cooldown";
        this.told = told;
        link.subscribe(channel, this::read);
    }

    /** Tells the others. Does not block; while Redis is away nobody is told. */
    public void tell(String deployment, long seconds) {
        link.publish(channel, String.join(" ", VERSION, self, String.valueOf(seconds), deployment));
    }

    private void read(String text) {
        String[] parts = text.length() > LONGEST ? new String[0] : text.split(" ", PARTS);
        if (parts.length == PARTS && parts[0].equals(VERSION) && !parts[1].equals(self)
                && parts[2].matches("[1-9]\\d{0,8}")) {
            told.accept(parts[3], Long.parseLong(parts[2]));
        }
    }
}
