package dev.lockkeeper.telemetry;

import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Loads what the SDK asks for, with a sender of HTTP that also tells what became of each request: the SDK says so in texts only, and
 * of what a collector has taken in part it says nothing.
 */
final class Listening implements ComponentLoader {
    private final ComponentLoader loader = ComponentLoader.forClassLoader(Listening.class.getClassLoader());
    private final Noise noise;

    Listening(Noise noise) {
        this.noise = noise;
    }

    @Override
    public <T> Iterable<T> load(Class<T> kind) {
        if (!kind.equals(HttpSenderProvider.class)) {
            return loader.load(kind);
        }
        List<T> heard = new ArrayList<>();
        for (T provider : loader.load(kind)) {
            heard.add(kind.cast(heard((HttpSenderProvider) provider)));
        }
        return heard;
    }

    private HttpSenderProvider heard(HttpSenderProvider provider) {
        return config -> {
            HttpSender sender = provider.createSender(new Sending(config));
            String what = what(config);
            return new HttpSender() {
                @Override
                public void send(MessageWriter writer, Consumer<HttpResponse> onResponse, Consumer<Throwable> onError) {
                    sender.send(
                            heard(writer),
                            response -> {
                                noise.answered(response.getStatusCode(), response.getResponseBody(), what);
                                onResponse.accept(response);
                            },
                            failure -> {
                                noise.add(Complaint.ofFailure(failure));
                                onError.accept(failure);
                            });
                }

                @Override
                public CompletableResultCode shutdown() {
                    return sender.shutdown();
                }
            };
        };
    }

    /** What is sent is written by the thread that makes the attempts. */
    private MessageWriter heard(MessageWriter writer) {
        return new MessageWriter() {
            @Override
            public void writeMessage(OutputStream to) throws IOException {
                noise.sending();
                writer.writeMessage(to);
            }

            @Override
            public int getContentLength() {
                return writer.getContentLength();
            }
        };
    }

    /** The signal has no other sign here, and an address of its own may have any path. */
    private static String what(HttpSenderConfig config) {
        String path = String.valueOf(config.getEndpoint().getPath());
        if (path.endsWith("/traces")) {
            return "spans";
        }
        if (path.endsWith("/metrics")) {
            return "data points of metrics";
        }
        return path.endsWith("/logs") ? "log records" : "parts";
    }
}
