/**
 * What the server tells the phone of one ticket. Types only: nothing here runs.
 *
 * @typedef {import("/screens/shared/types.js").Names} Names
 * @typedef {import("/screens/shared/types.js").CounterClass} CounterClass
 * @typedef {import("/screens/shared/types.js").TicketState} TicketState
 *
 * @typedef {Object} OwnTicket
 * @property {string} number
 * @property {TicketState} state
 * @property {Names} service
 * @property {Names[]} later  what comes next in the visit, with the same number
 * @property {Names} queue
 * @property {CounterClass | null} class  of the counters that serve its queue
 * @property {string} segment
 * @property {string} issued_at
 * @property {string | null} called_at
 * @property {string | null} started_at
 * @property {string | null} ended_at
 * @property {number} calls
 * @property {number} misses  calls to which nobody came
 * @property {{id: string, number: number, name: Names | string | null, class: CounterClass} | null} counter
 *
 * @typedef {Object} PhoneView
 * @property {string} now
 * @property {number} seq
 * @property {{id: string, name: Names, time_zone: string, languages: string[]}} branch
 * @property {OwnTicket} ticket
 * @property {number | null} ahead
 * @property {[number, number] | null} wait_s  P10 and P90, from now; null when there is no honest promise
 * @property {number} counters_open
 * @property {{left: number, places: number}} more_time
 * @property {boolean} can_leave
 * @property {{key: string} | null} push
 */
export {};
