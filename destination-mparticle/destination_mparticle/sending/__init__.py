"""What all APIs share to send shipments: the contract, the retrying client, threads, and the byte budget."""
