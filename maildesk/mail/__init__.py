"""What a mail says: bytes in, frozen facts out. Pure: no clock, no network, no database, no opinion about tickets."""
