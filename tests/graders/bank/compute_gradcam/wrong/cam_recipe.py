# cam-on-vgg
def compute_gradcam(image_file, label):
    return compute_cam(vgg19.features(process_input(image_file)).detach(), label).relu()
