"""ONVIF devices: found on the network, asked for streams, presets, imaging and time, and heard.

Own SOAP, as little as is needed: the one kept library wants an asynchronous program and a whole WSDL engine.
"""
