"""How people reach the services. Views look up (which authorises), call a service, and answer."""
