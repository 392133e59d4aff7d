#!/usr/bin/env node
import { systemWorld } from "../runner/system-world";
import { main } from "./main";

void main(systemWorld());
