// What devices read, in both languages. A test holds the two against each other and against what nodes can read.

const zh = {
  quantities: {
    contact: "触点", tilted: "倾斜", water: "水浸", smoke: "烟雾", gas: "燃气", vibration: "振动", tamper: "防拆",
    switch: "开关", input: "输入", occupied: "占用", vehicle_standing: "车辆停放", alarm: "报警", passage: "通行", online: "在线",
    barrier: "道闸", tilt: "倾角", fill: "满溢度", distance: "距离", water_level: "水位", queue: "排队", count: "计数",
    power: "功率", energy: "电量", voltage: "电压", current: "电流", illuminance: "照度", temperature: "温度", humidity: "湿度",
    pressure: "气压", battery: "电池", battery_voltage: "电池电压", signal: "信号", snr: "信噪比", link: "链路质量",
  },
  flags: {
    contact: ["闭合", "断开"], tilted: ["倾斜", "端正"], water: ["有水", "无水"], smoke: ["有烟", "无烟"], gas: ["有燃气", "无燃气"],
    vibration: ["振动", "静止"], tamper: ["被拆动", "完好"], switch: ["开", "关"], input: ["接通", "断开"], occupied: ["占用", "空闲"],
    vehicle_standing: ["有车停放", "无车"], alarm: ["报警", "正常"], passage: ["放行", "拒绝"], online: ["在线", "离线"],
  },
  states: { open: "打开", closed: "关闭", opening: "正在打开", closing: "正在关闭", held_open: "长时间未关", forced: "被强行打开" },
  qualities: { uncertain: "不太确定", bad: "不可信" },
  yes: "是",
  no: "否",
};

const en = {
  quantities: {
    contact: "Contact", tilted: "Tilted", water: "Water", smoke: "Smoke", gas: "Gas", vibration: "Vibration", tamper: "Tamper",
    switch: "Switch", input: "Input", occupied: "Occupied", vehicle_standing: "Standing vehicle", alarm: "Alarm", passage: "Passage", online: "Online",
    barrier: "Barrier", tilt: "Tilt", fill: "Fill level", distance: "Distance", water_level: "Water level", queue: "Queue", count: "Count",
    power: "Power", energy: "Energy", voltage: "Voltage", current: "Current", illuminance: "Light", temperature: "Temperature", humidity: "Humidity",
    pressure: "Air pressure", battery: "Battery", battery_voltage: "Battery voltage", signal: "Signal", snr: "Signal to noise", link: "Link quality",
  },
  flags: {
    contact: ["closed", "open"], tilted: ["tilted", "upright"], water: ["water", "dry"], smoke: ["smoke", "none"], gas: ["gas", "none"],
    vibration: ["shaking", "still"], tamper: ["tampered with", "untouched"], switch: ["on", "off"], input: ["on", "off"], occupied: ["occupied", "free"],
    vehicle_standing: ["stands there", "none"], alarm: ["alarm", "normal"], passage: ["let through", "refused"], online: ["online", "offline"],
  },
  states: { open: "open", closed: "closed", opening: "opening", closing: "closing", held_open: "held open", forced: "forced open" },
  qualities: { uncertain: "uncertain", bad: "not to be trusted" },
  yes: "yes",
  no: "no",
};

export const readingWords = { zh, en };
