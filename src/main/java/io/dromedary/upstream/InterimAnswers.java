package io.dromedary.upstream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/**
 * Drops interim answers (1xx but 101, RFC 9110, 15.2): the real one is still to come. Vert.x knows 100 and 103 only and takes any
 * other for the answer itself, with which the connection would be free for another request before its own answer has come.
 */
final class InterimAnswers extends ChannelInboundHandlerAdapter {

    private boolean interim;

    /** Private, since Camel's command line makes an instance of every class that it can. */
    private InterimAnswers() {
    }

    /** From now on, those that the handler {@code codec} of {@code pipeline} reads are dropped. */
    static void dropBehind(String codec, ChannelPipeline pipeline) {
        pipeline.addAfter(codec, "interim-answers", new InterimAnswers());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object part) {
        if (part instanceof HttpResponse head) {
            int status = head.status().code();
            interim = status >= 100 && status < 200 && status != HttpResponseStatus.SWITCHING_PROTOCOLS.code();
        }
        if (!interim) {
            context.fireChannelRead(part);
            return;
        }
        interim = !(part instanceof LastHttpContent);
        ReferenceCountUtil.release(part);
    }
}
