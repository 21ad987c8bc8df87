package io.dromedary.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;

/**
 * Sends a long request body as its connection takes it. Netty copies what it is given out of the heap, all at once: a
 * body of 64 MiB would take as much again there, and an upstream that does not read would keep it. Used on the
 * connection's event loop only.
 */
final class BodySlices {

    /** What is handed over in one write, in bytes; a shorter body goes out with its head. */
    static final int SLICE = 64 * 1024;

    private final Channel channel;
    private final ByteBuf body;
    private final ChannelFutureListener sent;
    private boolean busy;

    /** @param sent told when the last slice is sent, or cannot be */
    BodySlices(Channel channel, ByteBuf body, ChannelFutureListener sent) {
        this.channel = channel;
        this.body = body;
        this.sent = sent;
    }

    /** Hands over as much as the connection takes now; to be called again when it takes more. */
    void goOn() {
        if (busy) {
            return; // called back by a write of its own: Netty's encoder takes no other one meanwhile
        }
        busy = true;
        try {
            while (body.isReadable() && channel.isWritable()) {
                write(body.readRetainedSlice(Math.min(SLICE, body.readableBytes())));
                channel.flush();
            }
        } finally {
            busy = false;
        }
    }

    private void write(ByteBuf slice) {
        if (body.isReadable()) {
            channel.write(new DefaultHttpContent(slice));
        } else {
            channel.write(new DefaultLastHttpContent(slice)).addListener(sent);
        }
    }
}
