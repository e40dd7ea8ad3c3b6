/**
 * How a call of an {@code @AsyncTask} method becomes a task.
 *
 * <p>At start-up: {@link AsyncTaskValidator} reads the annotations of each new bean into {@link AsyncTaskDefinitions}, and
 * fails on what cannot work; {@link AsyncTaskAdvisorPostProcessor} sees to it that the advisor has its place in the bean's
 * proxy. At a call: the proxy asks {@link AsyncTaskAdvisor}'s interceptor, which looks the definition
 * up, spawns a task with the rest of the invocation as its body, and returns what the method's
 * {@link ReturnStyle} wants.
 */
@NullMarked
package dev.heddle.runtime.interceptor;

import org.jspecify.annotations.NullMarked;
