/**
 * The shapes of what the server sends, for every screen. Types only: nothing here runs.
 * Times are ISO 8601 strings in UTC. Fields marked "staff" never reach the kiosk or the display.
 *
 * @typedef {Record<string, string>} Names  language -> name
 * @typedef {"cash" | "non_cash" | "vip" | "self_service"} CounterClass
 * @typedef {"ordinary" | "priority" | "vip"} Segment
 * @typedef {"booked" | "waiting" | "called" | "serving" | "parked" | "completed" | "no_show" | "cancelled"
 *   | "abandoned" | "expired"} TicketState
 *
 * @typedef {Object} Queue
 * @property {string} id
 * @property {string} prefix
 * @property {CounterClass} counter_class
 * @property {Names} name
 * @property {boolean} [retired]  the branch has given it up: it is there for the tickets that were in it
 *
 * @typedef {Object} Service
 * @property {string} id
 * @property {Names} name
 * @property {string} queue_id
 * @property {string | null} machine_queue_id
 * @property {string | null} [group_id]  behind which of the kiosk's first choices it stands
 * @property {boolean} [retired]  no more numbers for it
 *
 * @typedef {Object} ServiceGroup
 * @property {string} id
 * @property {Names} name
 *
 * @typedef {{opens: string, closes: string}} DayHours
 *
 * @typedef {Object} Branch
 * @property {string} id
 * @property {Names} name
 * @property {string} time_zone
 * @property {string} opens  "08:30:00", in the branch's own time
 * @property {string} closes
 * @property {number[]} open_days  Monday is 0
 * @property {Record<string, Queue>} queues
 * @property {Record<string, Service>} services
 * @property {Record<string, string>} segment_queues  segment -> queue that takes it whatever the service
 * @property {Record<string, ClassPolicy>} [policies]  staff
 * @property {Record<string, any>} [rules]  staff
 * @property {string} currency
 * @property {Record<string, DayHours>} [day_hours]  "0" to "6": days of the week with hours of their own
 * @property {Record<string, DayHours | null>} [special_days]  date -> its hours; null: closed
 * @property {Record<string, ServiceGroup>} [groups]
 * @property {string[]} [languages]  of screens and voice, the first one first
 * @property {{layout: string, theme: string}} [lobby]
 * @property {Names} [wording]  language -> the sentence of a call, with {number}, {counter} and {place}
 *
 * @typedef {Object} ClassPolicy
 * @property {number} counter_cost
 * @property {number} waiting_cost
 * @property {number} expected_service_min
 * @property {number} expected_arrivals_per_hour
 * @property {number} min_counters
 * @property {string} policy  which of the advisor's policies speaks
 *
 * @typedef {Object} Ticket
 * @property {string} id  in the lobby: the number
 * @property {string} number
 * @property {string} prefix
 * @property {TicketState} state
 * @property {string} queue_id
 * @property {string} service_id
 * @property {Segment} segment
 * @property {string | null} counter_id
 * @property {string} arrived_at
 * @property {string | null} called_at
 * @property {string | null} started_at
 * @property {number} calls
 * @property {string} [order_at]  staff, as is all below
 * @property {string} [visit_id]
 * @property {string} [issued_at]
 * @property {string | null} [ended_at]
 * @property {number} [step]
 * @property {string[]} [later_services]
 * @property {number} [misses]
 * @property {number | null} [due_call]
 * @property {number | null} [deferred_to]  more time was asked for
 * @property {string | null} [appointment_at]
 * @property {number | null} [ahead]
 * @property {number | null} [quote_p50_s]
 * @property {number | null} [quote_p90_s]
 * @property {number | null} [quote_p10_s]
 * @property {string | null} [quote_by]
 *
 * @typedef {Object} ProfileEntry
 * @property {string} queue_id
 * @property {boolean} helps
 *
 * @typedef {Object} Counter
 * @property {string} id
 * @property {number} number
 * @property {CounterClass} counter_class
 * @property {ProfileEntry[]} profile
 * @property {"open" | "paused" | "closed"} status
 * @property {string | null} since
 * @property {string | null} [staff_id]  staff, as is all below
 * @property {string | null} [staff_name]
 * @property {string | null} [pause_reason]
 * @property {string[] | null} [services]  that whoever sits there may serve; null: all
 *
 * @typedef {Object} Call
 * @property {number} seq
 * @property {string} number
 * @property {number} counter_number
 * @property {string} queue_id
 * @property {string} at
 * @property {boolean} repeat
 *
 * @typedef {Object} Advice
 * @property {string} id
 * @property {CounterClass} counter_class
 * @property {string} action
 * @property {string | null} counter_id
 * @property {number} open_now
 * @property {number} advised
 * @property {"issued" | "accepted" | "dismissed" | "withdrawn"} state
 * @property {string} issued_at
 * @property {Record<string, any>} figures
 * @property {string | null} answered_at
 * @property {string | null} answered_by
 * @property {string | null} note
 * @property {ProfileEntry[] | null} profile
 * @property {string | null} score_due
 * @property {Record<string, any> | null} score
 *
 * @typedef {Object} Block  numbers that a kiosk prints while the server is away
 * @property {string} id
 * @property {string} queue_id
 * @property {string} prefix
 * @property {number} first_serial
 * @property {number} last_serial
 * @property {string} device_id
 * @property {number[]} used
 * @property {boolean} returned
 *
 * @typedef {Object} Device
 * @property {string} id
 * @property {"kiosk" | "display" | "machine"} kind
 * @property {string} name
 * @property {Record<string, string>} parts  part -> how it is
 * @property {boolean} online
 * @property {string} at  of the last change
 * @property {string | null} wrong_since
 * @property {string} note
 *
 * @typedef {Object} Announcement
 * @property {number} call_seq  the event that called
 * @property {string} ticket_id
 * @property {string} number
 * @property {string} counter_id
 * @property {string} device_id
 * @property {"made" | "dropped" | "failed"} outcome
 * @property {string[]} by
 * @property {string} note
 * @property {string} at
 * @property {boolean} stands  this is what is now to be said of the ticket
 *
 * @typedef {Object} Reason
 * @property {string} code
 * @property {Record<string, any>} params
 * @property {Names} words
 *
 * @typedef {Object} HallEvent
 * @property {string} id
 * @property {number} seq
 * @property {string} kind
 * @property {string} at
 * @property {number} version
 * @property {string | null} actor
 * @property {Reason | null} reason
 * @property {Ticket | null} ticket
 * @property {Counter | null} counter
 * @property {Advice | null} advice
 * @property {string | null} day
 * @property {Branch | null} [branch]
 * @property {Counter[]} [counters]  all of them, where the branch was set up anew
 * @property {Block | null} [block]  staff, as is all below; in events of devices only
 * @property {Device | null} [device]
 * @property {Announcement | null} [announcement]
 *
 * @typedef {Object} Snapshot
 * @property {Branch} branch
 * @property {string} epoch
 * @property {number} seq
 * @property {string | null} business_day
 * @property {Ticket[]} tickets
 * @property {Counter[]} counters
 * @property {Call[]} recent_calls
 * @property {Advice[]} advices
 * @property {Device[]} devices  staff: those that have told of themselves today
 * @property {Announcement[]} announcements  staff: the newest of each number at a counter
 *
 * @typedef {Object} Offer  what someone who joined this queue now would find
 * @property {string} queue_id
 * @property {number} ahead
 * @property {number} counters_open
 * @property {number | null} p50_s
 * @property {number | null} p90_s
 *
 * @typedef {Object} Boot
 * @property {string} screen
 * @property {string} branch_id
 * @property {string} token
 * @property {{kind: string, id: string, name: string}} actor
 * @property {string[]} [may]  what this actor may do, by the server's table of permissions
 * @property {string[]} languages
 * @property {Record<string, Record<string, string>>} words
 * @property {Snapshot} snapshot
 * @property {string} now
 * @property {number} speed
 * @property {boolean} demo
 * @property {boolean} [signed_in]  with a session, and not with a device's token
 */
export {};
