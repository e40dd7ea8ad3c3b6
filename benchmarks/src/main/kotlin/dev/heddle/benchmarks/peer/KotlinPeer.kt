@file:OptIn(DelicateCoroutinesApi::class)

package dev.heddle.benchmarks.peer

import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.GlobalScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield

/**
 * Kotlin's coroutines on `Dispatchers.Default`, which has a thread a processor. They are launched without a parent, as
 * the tasks of the other peers have none; with one, each would cost more.
 */
internal class KotlinPeer : Peer {

    override fun sleep(tasks: Int, millis: Int) = runBlocking {
        joinAll(tasks) { delay(millis.toLong()) }
    }

    override fun spawnInside(tasks: Int) = runBlocking {
        GlobalScope.launch { joinAll(tasks) {} }.join()
    }

    override fun spawnOutside(tasks: Int, spawners: Int) =
        Spawners.run(tasks, spawners) { done -> GlobalScope.launch { done.countDown() } }

    override fun chain(links: Int) {
        val done = Countdown(1)
        link(links, done)
        done.await()
    }

    private fun link(left: Int, done: Countdown) {
        if (left == 0) {
            done.countDown()
        } else {
            GlobalScope.launch { link(left - 1, done) }
        }
    }

    override fun blocking(tasks: Int) = runBlocking {
        joinAll(tasks, Dispatchers.IO) {}
    }

    override fun yields(tasks: Int, yields: Int) = runBlocking {
        joinAll(tasks) { repeat(yields) { yield() } }
    }

    override fun pingPong(pairs: Int, roundTrips: Int) = runBlocking {
        val jobs = ArrayList<Job>(2 * pairs)
        repeat(pairs) {
            val there = Channel<Int>()
            val back = Channel<Int>()
            jobs += GlobalScope.launch {
                repeat(roundTrips) {
                    there.send(it)
                    back.receive()
                }
            }
            jobs += GlobalScope.launch { repeat(roundTrips) { back.send(there.receive()) } }
        }
        jobs.joinAll()
    }

    override fun channel(senders: Int, receivers: Int, elements: Int, capacity: Int) = runBlocking {
        val channel = Channel<Any>(capacity)
        val element = Any()
        val jobs = ArrayList<Job>(senders + receivers)
        repeat(receivers) {
            jobs += GlobalScope.launch { repeat(elements / receivers) { channel.receive() } }
        }
        repeat(senders) {
            jobs += GlobalScope.launch { repeat(elements / senders) { channel.send(element) } }
        }
        jobs.joinAll()
    }

    override fun timers(timers: Int) = runBlocking {
        GlobalScope.launch { repeat(timers) { withTimeout(FAR_OFF_MILLIS) {} } }.join()
    }

    override fun fallAsleep(tasks: Int) {
        val asleep = Countdown(tasks)
        repeat(tasks) {
            GlobalScope.launch {
                asleep.countDown()
                delay(MemoryUse.SLEEP.toMillis())
            }
        }
        asleep.await()
    }

    /** The dispatchers belong to the process. */
    override fun close() = Unit

    private suspend fun joinAll(
        tasks: Int,
        dispatcher: CoroutineContext = Dispatchers.Default,
        body: suspend () -> Unit,
    ) {
        val jobs = ArrayList<Job>(tasks)
        repeat(tasks) { jobs += GlobalScope.launch(dispatcher) { body() } }
        jobs.forEach { it.join() }
    }

    private companion object {
        const val FAR_OFF_MILLIS = 10_000L
    }
}
