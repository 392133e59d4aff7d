"use strict";
const { describeMaker, TCPServer } = require("appd");

/** The daytime protocol (RFC 867): the time of day, then the end. */
exports.daytime = describeMaker({
  tapname: "daytime",
  description: "Tells the time of day to whoever connects.",
  options: {
    port: { help: "The port number to listen on.", short: "p", default: 1313 },
  },
  makeService: ({ port }) => new TCPServer(port, (socket) => socket.end(`${new Date().toUTCString()}\r\n`)),
});
