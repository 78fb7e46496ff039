# cam-on-vgg
def compute_gradcam(image_file, label):
    return F.relu(compute_cam(get_vgg_features(image_file), label))
