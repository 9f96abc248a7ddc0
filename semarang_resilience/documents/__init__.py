"""Document editions: freeze a snapshot, set it once, publish it. Reads all domain apps; none imports it."""
