// A photo from this device's camera into the form's own file field; without one the field remains.
const field = document.querySelector("input[type=file][data-camera]");

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}

function empty() {
  field.value = "";
  panel.replaceChildren(begin);
}

async function open() {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { width: 960 }, audio: false });
  } catch {
    panel.remove(); // No camera, or not allowed: a file can still be chosen.
    return;
  }
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  await video.play();
  const row = document.createElement("div");
  row.className = "row";
  row.append(
    button(field.dataset.cameraUse, () => keep(video, stream)),
    button(field.dataset.cameraOff, () => { stop(stream); empty(); }),
  );
  panel.replaceChildren(video, row);
}

function keep(video, stream) {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  stop(stream);
  canvas.toBlob((blob) => {
    const files = new DataTransfer();
    files.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
    field.files = files.files;
    panel.replaceChildren(canvas, button(field.dataset.cameraOff, empty));
  }, "image/jpeg", 0.85);
}

const panel = document.createElement("div");
panel.className = "camera";
const begin = button(field?.dataset.camera ?? "", open);
if (field && navigator.mediaDevices?.getUserMedia) {
  panel.append(begin);
  // At a kiosk the file window would open the machine's own folders to whoever stands there.
  if ("cameraOnly" in field.dataset) field.hidden = true;
  field.after(panel);
}
