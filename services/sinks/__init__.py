"""The demo's mail server and text gateway: real protocols, nothing leaves the machine."""
