// What the page for reports says. A set of its own, so that a phone need not load the console's.

const zh = {
  language: "EN",
  title: "上报问题",
  what: "是什么问题？",
  where: "在哪里？",
  more: "照片和说明（可不填）",
  here: "位置：",
  within: "误差约",
  metres: "米",
  locate: "用手机定位",
  locating: "正在定位……",
  notLocated: "没有得到位置。请允许定位，或在下面输入。",
  tooUncertain: "手机的位置误差太大，请到室外再试，或在下面输入。",
  byHand: "手动输入位置",
  latitude: "纬度（WGS84）",
  longitude: "经度（WGS84）",
  photo: "拍照或选照片",
  noPhoto: "本中心暂不接收照片。",
  photoLost: "照片没有送到，已不带照片上报。",
  text: "说明",
  send: "上报",
  chooseKind: "请先选是什么问题。",
  choosePlace: "请先给出位置。",
  notHere: "本中心不接收市民上报。请用可上报的账号登录。",
  noSign: "这个二维码已停用，请用定位或手动输入位置。",
  signIn: "工作人员登录",
  waits: "等待网络，会自动发送",
  waitsForYou: "请先登录，登录后自动发送",
  tryNow: "现在发送",
  forget: "不发了",
  ticket: "工单号",
  taken: "已收到，谢谢！",
  left: "已从文字中删去：",
  leftNames: { mail: "邮箱地址", number: "号码", plate: "车牌或设备地址" },
  follow: "查看处理情况",
  another: "再报一个",
  refused: "没有收下：",
  seen: "看到的时间",
  updated: "最近变化",
  noReport: "没有这条上报。请检查链接是否完整。",
  away: "暂时连接不到，请稍后再试。",
};

const en = {
  language: "中文",
  title: "Report a problem",
  what: "What is it?",
  where: "Where is it?",
  more: "A photo and a few words, if you like",
  here: "Place: ",
  within: "within about",
  metres: "m",
  locate: "Use my phone's position",
  locating: "Looking for the position …",
  notLocated: "No position was found. Please allow it, or enter it below.",
  tooUncertain: "The phone's position is too uncertain. Try in the open, or enter it below.",
  byHand: "Enter the position",
  latitude: "Latitude (WGS84)",
  longitude: "Longitude (WGS84)",
  photo: "Take or choose a photo",
  noPhoto: "This centre takes no photos yet.",
  photoLost: "The photo did not get through; the report went without it.",
  text: "A few words",
  send: "Send",
  chooseKind: "Please choose what it is.",
  choosePlace: "Please say where it is.",
  notHere: "Citizens do not report to this centre. Please sign in with an account that may report.",
  noSign: "This sign's code counts no more. Please use the position, or enter it.",
  signIn: "Sign in to work",
  waits: "Waits for the network and is then sent by itself",
  waitsForYou: "Is sent by itself once you have signed in",
  tryNow: "Send now",
  forget: "Do not send",
  ticket: "Ticket",
  taken: "It was received. Thank you!",
  left: "Cut out of the text: ",
  leftNames: { mail: "a mail address", number: "a number", plate: "a plate or a device's address" },
  follow: "See what becomes of it",
  another: "Report another",
  refused: "It was not taken: ",
  seen: "Seen",
  updated: "Last change",
  noReport: "There is no such report. Please check that the link is whole.",
  away: "It cannot be reached now. Please try again later.",
};

const words = { zh, en };
const kept = localStorage.getItem("language");
let language = kept in words ? kept : navigator.language.startsWith("en") ? "en" : "zh";

export const word = (key) => words[language][key];
export const inOurs = (both) => both[language];
export const locale = () => (language === "zh" ? "zh-CN" : "en-GB");

export function otherLanguage() {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem("language", language);
}
