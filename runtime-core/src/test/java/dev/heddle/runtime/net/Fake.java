package dev.heddle.runtime.net;

import java.io.IOException;
import java.lang.reflect.Proxy;

/** Makes objects of interfaces that only pretend. */
final class Fake {

    private Fake() {}

    /** What a call returns. */
    interface Call {
        Object answer(String method, Object[] arguments) throws IOException;
    }

    static <T> T of(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call.answer(method.getName(), arguments)));
    }
}
