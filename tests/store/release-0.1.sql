BEGIN TRANSACTION;
CREATE TABLE agent_states (
	address TEXT NOT NULL, 
	away_until BIGINT, 
	token_issue INTEGER NOT NULL, 
	wrote_at BIGINT, 
	CONSTRAINT pk_agent_states PRIMARY KEY (address)
);
INSERT INTO "agent_states" VALUES('anna@example.com',NULL,0,NULL);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE arrivals (
	id INTEGER NOT NULL, 
	arrived_at BIGINT NOT NULL, 
	accepted_at BIGINT NOT NULL, 
	intake VARCHAR(32) NOT NULL, 
	sender TEXT, 
	recipients JSON NOT NULL, 
	raw BLOB NOT NULL, 
	size INTEGER NOT NULL, 
	source_key TEXT, 
	desk TEXT, 
	authserv_id TEXT NOT NULL, 
	trusted_results TEXT NOT NULL, 
	spam BOOLEAN NOT NULL, 
	history BOOLEAN NOT NULL, 
	left_out TEXT NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	fate VARCHAR(16), 
	reason TEXT NOT NULL, 
	message_id TEXT, 
	ticket INTEGER, 
	reserved_ticket INTEGER, 
	attempts INTEGER NOT NULL, 
	next_attempt_at BIGINT NOT NULL, 
	claimed_by VARCHAR(64), 
	override VARCHAR(16) NOT NULL, 
	CONSTRAINT pk_arrivals PRIMARY KEY (id), 
	CONSTRAINT uq_arrivals_source_key UNIQUE (source_key)
);
INSERT INTO "arrivals" VALUES(1,1795424340000000,1795315473516148,'smtp','kim1@example.net','["support@example.com"]',X'28B52FFD24231901005375626A6563743A20310D0A0D0A00FF2062797465732C20756E746F75636865640D0AEB00FE9F',35,NULL,NULL,'','',0,0,'','done','new-ticket','no evidence of a ticket','q@k',1001,1001,0,1795315473516148,NULL,'');
INSERT INTO "arrivals" VALUES(2,1795424280000000,1795315473516148,'smtp','kim2@example.net','["support@example.com"]',X'28B52FFD24231901005375626A6563743A20320D0A0D0A00FF2062797465732C20756E746F75636865640D0A20376D16',35,'imap:1',NULL,'','',0,0,'','waiting',NULL,'',NULL,NULL,NULL,0,1795315473516148,NULL,'');
CREATE TABLE deliveries (
	id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	desk TEXT NOT NULL, 
	ticket INTEGER, 
	template VARCHAR(48) NOT NULL, 
	audience VARCHAR(16) NOT NULL, 
	automatic BOOLEAN NOT NULL, 
	recipient TEXT NOT NULL, 
	recipient_domain TEXT NOT NULL, 
	recipient_trust VARCHAR(16) NOT NULL, 
	envelope_from TEXT NOT NULL, 
	message_id TEXT NOT NULL, 
	raw BLOB NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	reason TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	send_at BIGINT NOT NULL, 
	states_until BIGINT, 
	tells_promise INTEGER, 
	keeps_promise BOOLEAN NOT NULL, 
	released BOOLEAN NOT NULL, 
	braked_at BIGINT, 
	attempts INTEGER NOT NULL, 
	first_claimed_at BIGINT, 
	next_attempt_at BIGINT NOT NULL, 
	claimed_by VARCHAR(64), 
	ended_at BIGINT, 
	relay_response TEXT NOT NULL, 
	relay_message_id TEXT, 
	CONSTRAINT pk_deliveries PRIMARY KEY (id), 
	CONSTRAINT fk_deliveries_ticket_tickets FOREIGN KEY(ticket) REFERENCES tickets (number), 
	CONSTRAINT uq_deliveries_key UNIQUE ("key")
);
INSERT INTO "deliveries" VALUES(1,'received','support@example.com',1001,'received','customer',1,'kim@example.net','example.net','authenticated','bounce@example.com','received@d',X'28B52FFD24084100007265636569766564532D6B27','sent','',1795424400000000,1795424400000000,NULL,NULL,0,0,NULL,1,1795424400000000,1795424400000000,NULL,NULL,'',NULL);
INSERT INTO "deliveries" VALUES(2,'answer','support@example.com',1001,'received','customer',0,'kim@example.net','example.net','authenticated','bounce@example.com','answer@d',X'28B52FFD2406310000616E7377657258515402','waiting','',1795424400000000,1795424400000000,NULL,NULL,0,0,NULL,0,NULL,1795424400000000,NULL,NULL,'',NULL);
CREATE TABLE events (
	id INTEGER NOT NULL, 
	desk TEXT NOT NULL, 
	ticket INTEGER, 
	arrival INTEGER, 
	at BIGINT NOT NULL, 
	what TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	"by" TEXT NOT NULL, 
	CONSTRAINT pk_events PRIMARY KEY (id), 
	CONSTRAINT fk_events_arrival_arrivals FOREIGN KEY(arrival) REFERENCES arrivals (id), 
	CONSTRAINT fk_events_ticket_tickets FOREIGN KEY(ticket) REFERENCES tickets (number)
);
INSERT INTO "events" VALUES(1,'support@example.com',1001,1,1795424400000000,'opened','new','desk');
CREATE TABLE mailboxes (
	name TEXT NOT NULL, 
	uidvalidity BIGINT NOT NULL, 
	last_uid BIGINT NOT NULL, 
	first_contact_at BIGINT NOT NULL, 
	checked_at BIGINT, 
	trouble TEXT NOT NULL, 
	CONSTRAINT pk_mailboxes PRIMARY KEY (name)
);
INSERT INTO "mailboxes" VALUES('desk@imap:993/INBOX',1,41,1795424400000000,1795424400000000,'');
CREATE TABLE messages (
	id INTEGER NOT NULL, 
	desk TEXT NOT NULL, 
	ticket INTEGER NOT NULL, 
	arrival INTEGER, 
	kind VARCHAR(16) NOT NULL, 
	from_name TEXT NOT NULL, 
	from_address TEXT NOT NULL, 
	trust VARCHAR(16) NOT NULL, 
	message_id TEXT, 
	at BIGINT NOT NULL, 
	subject TEXT NOT NULL, 
	text TEXT NOT NULL, 
	new_text TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_messages PRIMARY KEY (id), 
	CONSTRAINT fk_messages_arrival_arrivals FOREIGN KEY(arrival) REFERENCES arrivals (id), 
	CONSTRAINT fk_messages_ticket_tickets FOREIGN KEY(ticket) REFERENCES tickets (number)
);
INSERT INTO "messages" VALUES(1,'support@example.com',1001,1,'question','','kim@example.net','authenticated','q@k',1795424400000000,'','Help','','');
CREATE TABLE notices (
	"key" TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_notices PRIMARY KEY ("key")
);
INSERT INTO "notices" VALUES('brake',1795424400000000);
CREATE TABLE participants (
	ticket INTEGER NOT NULL, 
	address TEXT NOT NULL, 
	name TEXT NOT NULL, 
	since BIGINT NOT NULL, 
	brought_by TEXT NOT NULL, 
	CONSTRAINT pk_participants PRIMARY KEY (ticket, address), 
	CONSTRAINT fk_participants_ticket_tickets FOREIGN KEY(ticket) REFERENCES tickets (number)
);
INSERT INTO "participants" VALUES(1001,'lee@example.net','',1795424400000000,'kim@example.net');
CREATE TABLE people (
	desk TEXT NOT NULL, 
	address TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	language VARCHAR(16) NOT NULL, 
	unreachable TEXT NOT NULL, 
	spam BOOLEAN NOT NULL, 
	brake_trips INTEGER NOT NULL, 
	robot_since BIGINT, 
	CONSTRAINT pk_people PRIMARY KEY (desk, address)
);
INSERT INTO "people" VALUES('support@example.com','kim@example.net',1,'','','',0,0,NULL);
CREATE TABLE promises (
	ticket INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	turn INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	made_at BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	told_at BIGINT, 
	ended_at BIGINT, 
	renewals INTEGER NOT NULL, 
	CONSTRAINT pk_promises PRIMARY KEY (ticket, number), 
	CONSTRAINT fk_promises_ticket_tickets FOREIGN KEY(ticket) REFERENCES tickets (number)
);
INSERT INTO "promises" VALUES(1001,1,1,1795453200000000,'told',1795424400000000,'8h',1795424400000000,NULL,0);
CREATE TABLE seen (
	"key" VARCHAR(64) NOT NULL, 
	arrival INTEGER NOT NULL, 
	CONSTRAINT pk_seen PRIMARY KEY ("key"), 
	CONSTRAINT fk_seen_arrival_arrivals FOREIGN KEY(arrival) REFERENCES arrivals (id)
);
INSERT INTO "seen" VALUES('0000000000000000000000000000000000000000000000000000000000000000',1);
CREATE TABLE site (
	name VARCHAR(64) NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_site PRIMARY KEY (name)
);
INSERT INTO "site" VALUES('next_ticket','1002');
CREATE TABLE threads (
	id INTEGER NOT NULL, 
	message_id TEXT NOT NULL, 
	ticket INTEGER NOT NULL, 
	source VARCHAR(16) NOT NULL, 
	people JSON NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_threads PRIMARY KEY (id), 
	CONSTRAINT fk_threads_ticket_tickets FOREIGN KEY(ticket) REFERENCES tickets (number), 
	CONSTRAINT uq_threads_message_id_ticket_source UNIQUE (message_id, ticket, source)
);
INSERT INTO "threads" VALUES(1,'q@k',1001,'filed','["kim@example.net", "support@example.com"]',1795424400000000);
CREATE TABLE tickets (
	number INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	desk TEXT NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	state_since BIGINT NOT NULL, 
	requester TEXT NOT NULL, 
	requester_name TEXT NOT NULL, 
	requester_trust VARCHAR(16) NOT NULL, 
	language VARCHAR(16) NOT NULL, 
	priority VARCHAR(16) NOT NULL, 
	subject TEXT NOT NULL, 
	root_id TEXT NOT NULL, 
	opened_at BIGINT NOT NULL, 
	turn INTEGER NOT NULL, 
	turn_began_at BIGINT NOT NULL, 
	last_customer_at BIGINT NOT NULL, 
	last_answer_at BIGINT, 
	assignee TEXT, 
	acknowledged_turn INTEGER NOT NULL, 
	unanswerable TEXT NOT NULL, 
	stopped BOOLEAN NOT NULL, 
	resting BOOLEAN NOT NULL, 
	customer_offset INTEGER, 
	pause_reason TEXT NOT NULL, 
	paused_until BIGINT, 
	merged_into INTEGER, 
	linked_to INTEGER, 
	last_ids JSON NOT NULL, 
	last_customer_id TEXT, 
	reopened INTEGER NOT NULL, 
	unanswered INTEGER NOT NULL, 
	nudged INTEGER NOT NULL, 
	nudged_at BIGINT, 
	promises_made INTEGER NOT NULL, 
	CONSTRAINT pk_tickets PRIMARY KEY (number)
);
INSERT INTO "tickets" VALUES(1001,1,'support@example.com','open',1795424400000000,'kim@example.net','','authenticated','en','normal','','root1001@d',1795424400000000,1,1795424400000000,1795424400000000,NULL,NULL,0,'',0,0,NULL,'',NULL,NULL,NULL,'[]',NULL,0,0,0,NULL,0);
CREATE TABLE timers (
	ticket INTEGER NOT NULL, 
	due_at BIGINT NOT NULL, 
	step VARCHAR(24) NOT NULL, 
	attempts INTEGER NOT NULL, 
	next_attempt_at BIGINT NOT NULL, 
	claimed_by VARCHAR(64), 
	held BOOLEAN NOT NULL, 
	CONSTRAINT pk_timers PRIMARY KEY (ticket), 
	CONSTRAINT fk_timers_ticket_tickets FOREIGN KEY(ticket) REFERENCES tickets (number)
);
INSERT INTO "timers" VALUES(1001,1795438800000000,'remind-assignee',0,1795438800000000,NULL,0);
CREATE INDEX ix_arrivals_fate_accepted ON arrivals (fate, accepted_at);
CREATE INDEX ix_arrivals_message_id ON arrivals (message_id);
CREATE INDEX ix_arrivals_waiting ON arrivals (id, next_attempt_at) WHERE state = 'waiting';
CREATE INDEX ix_tickets_requester_desk ON tickets (requester, desk, last_customer_at);
CREATE INDEX ix_tickets_state ON tickets (state, desk);
CREATE INDEX ix_deliveries_braked ON deliveries (recipient, first_claimed_at) WHERE audience = 'customer' AND automatic IS true AND first_claimed_at IS NOT NULL;
CREATE INDEX ix_deliveries_braked_domain ON deliveries (recipient_domain, first_claimed_at) WHERE first_claimed_at IS NOT NULL AND recipient_trust != 'authenticated';
CREATE INDEX ix_deliveries_braked_site ON deliveries (first_claimed_at) WHERE audience = 'customer' AND automatic IS true AND first_claimed_at IS NOT NULL;
CREATE INDEX ix_deliveries_message_id ON deliveries (message_id);
CREATE INDEX ix_deliveries_order ON deliveries (ticket, recipient, id) WHERE state = 'waiting';
CREATE INDEX ix_deliveries_relay_message_id ON deliveries (relay_message_id) WHERE relay_message_id IS NOT NULL;
CREATE INDEX ix_deliveries_states_until ON deliveries (states_until) WHERE state IN ('waiting', 'held') AND states_until IS NOT NULL;
CREATE INDEX ix_deliveries_ticket ON deliveries (ticket, id);
CREATE INDEX ix_deliveries_waiting ON deliveries (automatic, next_attempt_at, id) WHERE state = 'waiting';
CREATE INDEX ix_events_arrival ON events (arrival);
CREATE INDEX ix_events_ticket ON events (ticket, id);
CREATE INDEX ix_messages_arrival ON messages (arrival);
CREATE INDEX ix_messages_ticket ON messages (ticket, at);
CREATE INDEX ix_promises_standing_at ON promises (at) WHERE state IN ('untold', 'told', 'untellable');
CREATE UNIQUE INDEX uq_promises_standing ON promises (ticket) WHERE state IN ('untold', 'told', 'untellable');
CREATE INDEX ix_threads_ticket ON threads (ticket);
CREATE INDEX ix_timers_claimed_by ON timers (claimed_by) WHERE claimed_by IS NOT NULL;
CREATE INDEX ix_timers_next_attempt_at ON timers (next_attempt_at);
COMMIT;
