DROP TABLE search_key
-- ;
DROP TABLE search_owner
-- ;
CREATE TABLE search_key (
	owner_kind TEXT COLLATE "C" NOT NULL, 
	token TEXT COLLATE "C" NOT NULL, 
	owner_id UUID NOT NULL, 
	district_id UUID NOT NULL, 
	CONSTRAINT pk_search_key PRIMARY KEY (owner_kind, token, owner_id)
)
-- ;
CREATE TABLE search_owner (
	owner_id UUID NOT NULL, 
	owner_kind TEXT NOT NULL, 
	district_id UUID NOT NULL, 
	party_id UUID, 
	number TEXT NOT NULL, 
	title TEXT NOT NULL, 
	subtitle TEXT NOT NULL, 
	words TEXT NOT NULL, 
	CONSTRAINT pk_search_owner PRIMARY KEY (owner_id)
)
-- ;
CREATE INDEX ix_search_owner_party_id ON search_owner (party_id)
